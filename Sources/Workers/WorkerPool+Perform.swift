import Bookings
import Core
import Dispatch
import Queue

extension WorkerPool {
  /// Runs one job to the end of its attempt, on its seat.
  func perform(_ job: ClaimedJob) {
    guard let handler = handlers[job.kind] else {
      let error = JobError(.permanent, "this program has no handler for \(job.kind.rawValue)")
      return write(Finish(next: .discarded, outcome: "discard", error: error), of: job, .nothing)
    }
    do throws(JobError) {
      if job.attempt > job.maxAttempts {
        // Only an orphan is claimed once more than it may: who takes its process along each time must
        // not do so for ever.
        throw JobError(.unknownOutcome, "the process died during its last attempt")
      }
      let handled = try handler.run(job)
      write(Finish.after(handled.outcome), of: job, handled.record)
    } catch {
      let finish = Finish.after(
        error, of: job, definition: definitions[job.kind], now: time.now(),
        randomness: randomness)
      log(.attemptFailed(job, error, finish))
      write(finish, of: job, try record(of: finish, job, error, handler))
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

  /// Records the attempt's end. This is the one write that must not be lost: if the disk refuses it, or what
  /// there is to record cannot be read, it is tried again until it succeeds; if the process dies first, the
  /// job is an orphan and runs again, which its handler is made for.
  func write(
    _ finish: Finish, of job: ClaimedJob, _ record: @autoclosure () throws -> Handled.Record
  ) {
    var wait = Duration.milliseconds(50)
    while true {
      do {
        let record = try record()
        try store.finish(
          job, finish, record: record.settlement, followUps: record.followUps)
        return log(.jobFinished(job, finish))
      } catch JobStoreError.leaseLost {
        return log(.leaseLost(job, finish))
      } catch {
        log(.outcomeNotRecorded(job, finish, error: "\(error)"))
      }
      if !pause(wait) { return }
      wait = min(wait * 2, .seconds(5))
    }
  }
}
