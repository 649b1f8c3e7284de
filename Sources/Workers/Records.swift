import Bookings
import Core
import Queue

// What this module writes to the log.

extension LogRecord {
  static func poolStarted(seats: Int, rescued: Int) -> LogRecord {
    LogRecord(.info, "poolStarted", ["seats": seats, "rescued": rescued])
  }

  static func poolStopped(left: Int) -> LogRecord {
    LogRecord(left == 0 ? .info : .warning, "poolStopped", ["stillRunning": left])
  }

  static func claimFailed(error: String) -> LogRecord {
    LogRecord(.error, "claimFailed", ["error": error])
  }

  static func orphansRescued(count: Int) -> LogRecord {
    LogRecord(.warning, "orphansRescued", ["jobs": count])
  }

  static func sweepFailed(what: String, error: String) -> LogRecord {
    LogRecord(.error, "sweepFailed", ["what": what, "error": error])
  }

  static func clockWentBack(by jump: Duration) -> LogRecord {
    LogRecord(.warning, "clockWentBack", ["milliseconds": jump.wholeMilliseconds])
  }

  static func extendFailed(_ lease: Lease) -> LogRecord {
    LogRecord(.warning, "extendFailed", ["job": lease.job, "fence": lease.fence])
  }

  static func attemptFailed(_ job: ClaimedJob, _ error: JobError, _ finish: Finish) -> LogRecord {
    LogRecord(
      finish.outcome == "discard" ? .error : .warning, "attemptFailed",
      [
        "job": job.lease.job, "kind": job.kind.rawValue, "attempt": job.attempt,
        "class": error.kind.rawValue, "error": error.message, "then": finish.outcome,
      ])
  }

  static func jobFinished(_ job: ClaimedJob, _ finish: Finish) -> LogRecord {
    LogRecord(
      .debug, "jobFinished",
      [
        "job": job.lease.job, "kind": job.kind.rawValue, "attempt": job.attempt,
        "outcome": finish.outcome,
      ])
  }

  /// The list of changes said so, and the event stands where it should.
  static func phantomDeletion(_ booking: BookingID) -> LogRecord {
    LogRecord(.warning, "phantomDeletion", ["booking": booking.text])
  }

  static func changeTakenBack(_ booking: BookingID) -> LogRecord {
    LogRecord(.info, "changeTakenBack", ["booking": booking.text])
  }

  static func hostFollowed(_ booking: BookingID, isGone: Bool) -> LogRecord {
    LogRecord(
      .info, "hostFollowed", ["booking": booking.text, "event": isGone ? "gone" : "elsewhere"])
  }

  static func leaseLost(_ job: ClaimedJob, _ finish: Finish) -> LogRecord {
    LogRecord(
      .error, "leaseLost",
      [
        "job": job.lease.job, "kind": job.kind.rawValue, "fence": job.lease.fence,
        "thrownAway": finish.outcome,
      ])
  }

  static func outcomeNotRecorded(
    _ job: ClaimedJob, _ finish: Finish, error: String
  ) -> LogRecord {
    LogRecord(
      .error, "outcomeNotRecorded",
      [
        "job": job.lease.job, "kind": job.kind.rawValue, "outcome": finish.outcome,
        "error": error,
      ])
  }
}
