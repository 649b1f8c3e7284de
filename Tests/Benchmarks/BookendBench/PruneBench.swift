import Core
import Foundation
import Queue
import SQLite
import Store
import Synchronization

/// Forgets the first jobs of the history bite by bite while somebody enqueues: how long a bite keeps the writer,
/// what its commit takes beside that of one enqueued job, and what an enqueue feels of it. Then the same
/// without, in turns.
func measurePrune(seconds: Double, path: String) throws {
  try TransactionTimes.watch(for: "DELETE FROM jobs")
  let world = try BenchWorld(path: path)
  let during = Samples()
  let alone = Samples()
  let limit = world.store.now() - .hours(2)
  let before = try world.count()
  // All of it is the round's: piece by piece.
  let keeping = Keeping(lengths: [1]) { _, _ in limit }
  let end = nanoseconds() + UInt64(seconds * 1e9)
  while nanoseconds() < end {
    try alternate(for: 0.25) { try enqueueOne(world, alone) }
    let work = WorkLimit()
    let ended = DispatchGroup()
    ended.enter()
    Thread.detachNewThread {
      WorkLimit.$current.withValue(work) {
        while !work.isCancelled {
          do {
            try world.store.forgetJobs(keeping)
          } catch {
            fatalError("\(error)")
          }
        }
      }
      ended.leave()
    }
    try alternate(for: 0.25) { try enqueueOne(world, during) }
    work.cancel()
    ended.wait()
  }
  let left = try world.count()
  world.close()
  let bites = TransactionTimes.marked
  let raw = TransactionTimes.others.commits
  report(
    "prune",
    [
      "bites": Double(bites.inside.count),
      "removed": Double(before - left + during.count + alone.count),
      "insideP50Microseconds": bites.inside.percentile(0.5),
      "insideP99Microseconds": bites.inside.percentile(0.99),
      "insideMaximumMicroseconds": bites.inside.percentile(1),
      "commitP50Microseconds": bites.commits.percentile(0.5),
      "commitP99Microseconds": bites.commits.percentile(0.99),
      "commitMaximumMicroseconds": bites.commits.percentile(1),
      "rawP50Microseconds": raw.percentile(0.5), "rawP99Microseconds": raw.percentile(0.99),
      "rawMaximumMicroseconds": raw.percentile(1),
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
