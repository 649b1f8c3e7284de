import Core

/// A time during which an account, or one calendar of it, could not be used. Its owner is told once for each.
package struct Incident: Equatable, Sendable {
  /// Who can end it.
  package enum Cause: String, Sendable, CaseIterable {
    /// Its owner alone: the account has to be connected again, or a right given back.
    case owner
    /// Whoever runs this installation. The owner cannot help, and hears of what follows from it.
    case `operator`
    /// Nobody here: the other side does not answer, and is asked again.
    case provider
  }

  package let number: Int64
  /// What cannot be done with the calendar; nil where the whole account is concerned.
  package let use: CalendarUse?
  package let cause: Cause
  package let beganAt: Timestamp
  /// When it worked again; nil while it does not.
  package let endedAt: Timestamp?
  /// Nil where the whole account is concerned.
  package let calendarName: String?
  package let connectionName: String
  /// What guests have asked for and waits for the account.
  package let waitingJobs: Int
  package let owner: HostRecord

  package init(
    number: Int64, use: CalendarUse?, cause: Cause, beganAt: Timestamp, endedAt: Timestamp?,
    calendarName: String?, connectionName: String, waitingJobs: Int, owner: HostRecord
  ) {
    self.number = number
    self.use = use
    self.cause = cause
    self.beganAt = beganAt
    self.endedAt = endedAt
    self.calendarName = calendarName
    self.connectionName = connectionName
    self.waitingJobs = waitingJobs
    self.owner = owner
  }
}

/// What is done with a calendar: each can fail while the other works.
package enum CalendarUse: String, Sendable, CaseIterable {
  case reading, writing
}
