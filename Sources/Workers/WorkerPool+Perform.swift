import Bookings
import Core
import Queue

/// How an attempt has ended, before it is recorded.
struct Ending: Sendable {
  let finish: Finish
  let effects: [Effect]
  /// What goes with it. It may have to read for that, and may fail at it: then it is asked again.
  let record: @Sendable () throws -> Handled.Record

  init(
    _ finish: Finish, effects: [Effect] = [],
    _ record: @escaping @Sendable () throws -> Handled.Record = { .nothing }
  ) {
    self.finish = finish
    self.effects = effects
    self.record = record
  }
}

extension WorkerPool {
  /// Runs one job to the end of its attempt, on its seat.
  func perform(_ job: ClaimedJob, _ limit: WorkLimit) -> Ending {
    guard let handler = handlers[job.kind] else { trap("only kinds with a handler are claimed") }
    if let verdict = job.verdict {
      let error = JobError(.permanent, job.reason ?? verdict.rawValue)
      return Ending(Finish.after(verdict, reason: job.reason)) {
        try handler.afterFailure(job, error, isParked: false)
      }
    }
    let attempt = Attempt(job, store: store, limit: limit, time: time)
    do throws(JobError) {
      if job.attempt > job.maxAttempts {
        // Only an orphan is claimed once more than it may: who takes its process along each time must
        // not do so for ever.
        throw JobError(.unknownOutcome, "the process died during its last attempt")
      }
      let handled = try run(attempt, handler, limit).get()
      return Ending(Finish.after(handled.outcome), effects: attempt.effects) { handled.record }
    } catch {
      let finish = Finish.after(
        error, of: job, definition: definitions[job.kind], now: time.now(),
        randomness: randomness)
      log(.attemptFailed(job, error, finish))
      return Ending(finish, effects: attempt.effects) {
        try self.record(of: finish, job, error, handler)
      }
    }
  }

  private func run(
    _ attempt: Attempt, _ handler: any JobHandler, _ limit: WorkLimit
  ) -> Result<Handled, JobError> {
    WorkLimit.$current.withValue(limit) {
      do throws(JobError) {
        return .success(try handler.run(attempt))
      } catch {
        return .failure(error)
      }
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
