import Bookings
import Core
import Queue

/// How an attempt has ended, before it is recorded.
struct Ending: Sendable {
  let finish: Finish
  /// What goes with it. It may have to read for that, and may fail at it: then it is asked again.
  let record: @Sendable () throws -> Handled.Record

  init(
    _ finish: Finish, _ record: @escaping @Sendable () throws -> Handled.Record = { .nothing }
  ) {
    self.finish = finish
    self.record = record
  }
}

extension WorkerPool {
  /// Runs one job to the end of its attempt, on its seat.
  func perform(_ job: ClaimedJob) -> Ending {
    guard let handler = handlers[job.kind] else {
      let error = JobError(.permanent, "this program has no handler for \(job.kind.rawValue)")
      return Ending(Finish(next: .discarded, outcome: "discard", error: error))
    }
    do throws(JobError) {
      if job.attempt > job.maxAttempts {
        // Only an orphan is claimed once more than it may: who takes its process along each time must
        // not do so for ever.
        throw JobError(.unknownOutcome, "the process died during its last attempt")
      }
      let handled = try handler.run(job)
      return Ending(Finish.after(handled.outcome)) { handled.record }
    } catch {
      let finish = Finish.after(
        error, of: job, definition: definitions[job.kind], now: time.now(),
        randomness: randomness)
      log(.attemptFailed(job, error, finish))
      return Ending(finish) { try self.record(of: finish, job, error, handler) }
    }
  }

  private func record(
    of finish: Finish, _ job: ClaimedJob, _ error: JobError, _ handler: any JobHandler
  ) throws(JobError) -> Handled.Record {
    switch finish.next {
    case .discarded: try handler.afterFailure(job, error, isParked: false)
    case .parked: try handler.afterFailure(job, error, isParked: true)
    case .completed, .cancelled, .again: .nothing
    }
  }
}
