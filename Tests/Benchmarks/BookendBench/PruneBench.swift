import Core
import Foundation
import Queue
import SQLite
import Store
import Synchronization

/// Forgets the first jobs of the history bite by bite while somebody enqueues: how long a bite takes (its
/// reading and its waiting for the commit included, so no less than it holds the writer), and what an
/// enqueue feels of it. Then the same without, in turns.
func measurePrune(seconds: Double, path: String) throws {
  let world = try BenchWorld(path: path)
  let bites = Samples()
  let during = Samples()
  let alone = Samples()
  let reach = Mutex<JobID?>(nil)
  let limit = world.store.now() - .hours(2)
  let pruned = try world.count()
  let end = nanoseconds() + UInt64(seconds * 1e9)
  while nanoseconds() < end {
    try alternate(for: 0.25) { try enqueueOne(world, alone) }
    let isOver = Atomic(false)
    let ended = DispatchGroup()
    ended.enter()
    Thread.detachNewThread {
      while !isOver.load(ordering: .relaxed) {
        do {
          try bites.time {
            let next = try world.store.pruneJobs(
              after: reach.withLock { $0 }, enqueuedBefore: limit, finishedBefore: { _, _ in limit }
            )
            reach.withLock { $0 = next }
          }
        } catch {
          fatalError("\(error)")
        }
        if reach.withLock({ $0 }) == nil { break }
      }
      ended.leave()
    }
    try alternate(for: 0.25) { try enqueueOne(world, during) }
    isOver.store(true, ordering: .relaxed)
    ended.wait()
  }
  let left = try world.count()
  world.close()
  report(
    "prune",
    [
      "bites": Double(bites.count), "removed": Double(pruned - left + during.count + alone.count),
      "p50Microseconds": bites.percentile(0.5), "p99Microseconds": bites.percentile(0.99),
      "maximumMicroseconds": bites.percentile(1),
      "enqueueP50Microseconds": during.percentile(0.5),
      "enqueueP99Microseconds": during.percentile(0.99),
      "aloneP50Microseconds": alone.percentile(0.5),
      "aloneP99Microseconds": alone.percentile(0.99),
    ])
}

private func alternate(for seconds: Double, _ body: () throws -> Void) rethrows {
  let end = nanoseconds() + UInt64(seconds * 1e9)
  while nanoseconds() < end { try body() }
}

private func enqueueOne(_ world: BenchWorld, _ samples: Samples) throws {
  let job = world.job(.invitation, booking: "bkg_prune", isSequenced: false)
  _ = try samples.time { try world.enqueue([job]) }
}

extension BenchWorld {
  fileprivate func count() throws -> Int {
    try store.jobCounts().reduce(0) { $0 + $1.count }
  }
}
