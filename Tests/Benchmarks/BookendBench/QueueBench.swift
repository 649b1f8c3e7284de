import Bookings
import Core
import Dispatch
import Foundation
import Queue
import SQLite
import Store
import Synchronization
import Workers

/// Does nothing, and tells when it began.
private struct NoOperation: JobHandler {
  let kind = JobKind.invitation
  let began: @Sendable (ClaimedJob) -> Void

  func run(_ attempt: Attempt) throws(JobError) -> Handled {
    began(attempt.job)
    return Handled(.completed)
  }

  func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }
}

private struct Bench {
  let store: Store
  let pool: WorkerPool

  init(path: String, seats: Int, began: @escaping @Sendable (ClaimedJob) -> Void) throws {
    let database = try Database(path: path, migrator: schema, time: SystemTime())
    let definitions = try JobDefinitions.load(
      directory: "jobs",
      handlers: [
        .booking, .reschedule, .cancel, .invitation, .follow, .observe, .watch, .keepWatch, .compare,
        .repair, .audit, .prune, .reconcile, .poll,
      ])
    store = try Store(
      database: database, lockDirectory: path + "-locks", bootID: "bench-\(nanoseconds())",
      policy: { definitions.definition(of: $0)?.enqueuePolicy ?? .unknown })
    var options = WorkerPool.Options()
    options.seats = seats
    pool = WorkerPool(
      store: store, handlers: [NoOperation(began: began)], definitions: definitions,
      time: SystemTime(), randomness: Randomness(seed: 1), log: .discarded, options: options)
    store.jobsReady.connect { [pool] in pool.wake() }
    try pool.start()
  }

  func enqueue(completion: @escaping @Sendable () -> Void) {
    let job = NewJob(
      kind: .invitation,
      payload: ["version": 1, "bookingId": "bkg_bench", "revision": 0, "message": "confirmed"])
    store.transact({ try $0.enqueue(job) }) { (result: Result<Enqueued, any Error>) in
      if case .failure(let error) = result { fatalError("\(error)") }
      completion()
    }
  }

  func stop() {
    pool.stop(by: SystemTime().monotonic() + .seconds(10))
    store.close()
  }
}

/// So many jobs are kept between enqueue and finish that neither side waits for the other; they are handed
/// out in lots, so that the load itself costs little.
func measureLifecycles(seconds: Double, path: String) throws {
  let lot = 64
  let lots = DispatchSemaphore(value: 16)
  let done = Atomic(0)
  let bench = try Bench(path: path, seats: 256) { _ in
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    if count.isMultiple(of: lot) { lots.signal() }
  }
  let begin = nanoseconds()
  let end = begin + UInt64(seconds * 1e9)
  while nanoseconds() < end {
    lots.wait()
    for _ in 0..<lot { bench.enqueue {} }
  }
  bench.stop()
  let elapsed = Double(nanoseconds() - begin) / 1e9
  report("lifecycles", ["unitsPerSecond": Double(done.load(ordering: .relaxed)) / elapsed])
}

func measureIdle(seconds: Double, path: String) throws {
  let started = DispatchSemaphore(value: 0)
  let at = Atomic<UInt64>(0)
  let bench = try Bench(path: path, seats: 256) { _ in
    at.store(nanoseconds(), ordering: .releasing)
    started.signal()
  }
  let end = nanoseconds() + UInt64(seconds * 1e9)
  var latencies: [UInt64] = []
  while nanoseconds() < end {
    let enqueued = nanoseconds()
    bench.enqueue {}
    started.wait()
    latencies.append(at.load(ordering: .acquiring) - enqueued)
    // Until the finish is written and the pool is idle again.
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(3))
  }
  bench.stop()
  let samples = Samples()
  samples.add(latencies)
  report(
    "idle",
    [
      "p50Microseconds": Double(samples.percentile(0.5)),
      "p99Microseconds": Double(samples.percentile(0.99)),
    ])
}
