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
  let kind: JobKind
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
  let world: BenchWorld
  let pool: WorkerPool

  init(
    path: String, seats: Int, places: Int = BenchWorld.usualPlaces,
    began: @escaping @Sendable (ClaimedJob) -> Void
  ) throws {
    world = try BenchWorld(path: path, places: places)
    var options = WorkerPool.Options()
    options.seats = seats
    pool = WorkerPool(
      store: world.store,
      handlers: [JobKind.booking, .reschedule, .invitation].map {
        NoOperation(kind: $0, began: began)
      },
      definitions: world.definitions, time: SystemTime(), randomness: Randomness(seed: 1),
      log: .discarded, options: options)
    world.store.jobsReady.connect { [pool] in pool.wake() }
    try pool.start()
  }

  func enqueue(_ job: NewJob) {
    world.store.transact({ try $0.enqueue(job) }) { (result: Result<Enqueued, any Error>) in
      if case .failure(let error) = result { fatalError("\(error)") }
    }
  }

  func stop() {
    pool.stop(by: SystemTime().monotonic() + .seconds(10))
    world.close()
  }
}

/// Enqueue → claim → run (nothing) → finish, each enqueued in a unit of its own, so many workers.
///
/// A thousand jobs are kept between enqueue and finish, besides the backlog that the file has already, so that
/// neither side waits for the other; they are handed out in lots, so that the load itself costs little. With
/// lanes of so many places, each booking has three jobs in one sequence, in the lane of one of a hundred accounts;
/// nil is without lanes and sequences.
func measureLifecycles(
  seconds: Double, workers: Int, places: Int?, path: String, statements: Bool
) throws {
  if statements { try StatementSteps.begin() }
  let lot = 63
  let lots = DispatchSemaphore(value: 16)
  let done = Atomic(0)
  let bench = try Bench(path: path, seats: workers, places: places ?? BenchWorld.usualPlaces) { _ in
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    if count.isMultiple(of: lot) { lots.signal() }
  }
  let kinds: [JobKind] = [.booking, .reschedule, .invitation]
  let begin = nanoseconds()
  // Names that no earlier run on the same file has used.
  var number = Int(begin % 1_000_000_000) * 3
  let used = processNanoseconds()
  let end = begin + UInt64(seconds * 1e9)
  while nanoseconds() < end {
    lots.wait()
    for _ in 0..<lot {
      bench.enqueue(
        places != nil
          ? bench.world.job(
            kinds[number % 3], booking: "bkg_new\(number / 3)", lane: BenchWorld.lane(number / 3))
          : bench.world.job(.invitation, booking: "bkg_new\(number)", isSequenced: false))
      number += 1
    }
  }
  let elapsed = Double(nanoseconds() - begin) / 1e9
  let count = Double(done.load(ordering: .relaxed))
  let processor = Double(processNanoseconds() - used) / 1000
  bench.stop()
  if statements { StatementSteps.tell(StatementSteps.soFar(), of: max(1, count)) }
  report(
    "lifecycles",
    ["unitsPerSecond": count / elapsed, "processorMicroseconds": processor / max(1, count)])
}

/// From the enqueue to the handler's start, in a pool that has nothing else to do.
func measureIdle(seconds: Double, path: String) throws {
  let started = DispatchSemaphore(value: 0)
  let at = Atomic<UInt64>(0)
  let bench = try Bench(path: path, seats: 64) { _ in
    at.store(nanoseconds(), ordering: .releasing)
    started.signal()
  }
  let end = nanoseconds() + UInt64(seconds * 1e9)
  var latencies: [UInt64] = []
  while nanoseconds() < end {
    let enqueued = nanoseconds()
    bench.enqueue(bench.world.job(.invitation, booking: "bkg_idle", isSequenced: false))
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
    ["p50Microseconds": samples.percentile(0.5), "p99Microseconds": samples.percentile(0.99)])
}

/// The limit of the above: what SQLite itself can take of the same rows in the same table with its indexes,
/// one connection, no queue, no threads, so many jobs with their three statements in each commit.
func measureRawLifecycles(batch: Int, seconds: Double, path: String) throws {
  // The schema and the accounts.
  try BenchWorld(path: path).close()
  let connection = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .seconds(5))
  try connection.useWriteAheadLog()
  let now = SystemTime().now()
  var units = 0
  let begin = nanoseconds()
  let end = begin + UInt64(seconds * 1e9)
  while nanoseconds() < end {
    try connection.run("BEGIN IMMEDIATE")
    for _ in 0..<batch { try live(units, now: now, connection) }
    units += batch
    try connection.run("COMMIT")
    // The program copies its log back meanwhile, and so does this.
    if units.isMultiple(of: batch * 64) {
      _ = try connection.exists("PRAGMA wal_checkpoint(RESTART)")
    }
  }
  let elapsed = Double(nanoseconds() - begin) / 1e9
  report("rawLifecycles", ["batch": Double(batch), "unitsPerSecond": Double(units) / elapsed])
}

private func live(_ number: Int, now: Timestamp, _ connection: SQLiteConnection) throws {
  try connection.run(
    """
    INSERT INTO jobs (kind, state, admitted, run_at, max_attempts, deadline_at, enqueued_at,
      organization_id, sequence, lane, payload)
    VALUES ('invitation', 'available', 1, :now, 40, :deadline, :now, 'org_bench', :sequence, 'con_007',
      :payload)
    """
  ) {
    $0.bind(":now", now)
    $0.bind(":deadline", now + .days(40))
    $0.bind(":sequence", "mail:bkg_raw\(number):guest")
    $0.bind(":payload", rawPayload)
  }
  let id = connection.lastInsertedRow
  try connection.run(
    """
    UPDATE jobs SET state = 'executing', fence = fence + 1, attempt = attempt + 1,
      lease_until = :now, process_id = 1, started_at = :now
    WHERE id = :id
    """
  ) {
    $0.bind(":now", now)
    $0.bind(":id", id)
  }
  try connection.run(
    """
    UPDATE jobs SET state = 'completed', admitted = 0, lease_until = NULL, process_id = NULL,
      finished_at = :now
    WHERE id = :id AND state = 'executing' AND fence = 1
    """
  ) {
    $0.bind(":now", now)
    $0.bind(":id", id)
  }
}

private let rawPayload = """
  {"bookingId":"bkg_raw","message":"confirmed","recipient":"guest","revision":0,\
  "start":"2026-03-02T08:00:00Z","version":1}
  """
