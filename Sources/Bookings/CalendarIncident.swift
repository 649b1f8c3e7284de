import Core

/// A time in which guests could be shown no times, because a calendar that counts as busy could not be read.
package struct CalendarIncident: Equatable, Sendable {
  package let number: Int64
  package let beganAt: Timestamp
  /// When the calendar was read again; nil while it cannot be.
  package let endedAt: Timestamp?
  /// It stays so until the account is connected again.
  package let needsOwner: Bool
  package let calendarName: String
  package let connectionName: String
  package let owner: HostRecord

  package init(
    number: Int64, beganAt: Timestamp, endedAt: Timestamp?, needsOwner: Bool,
    calendarName: String, connectionName: String, owner: HostRecord
  ) {
    self.number = number
    self.beganAt = beganAt
    self.endedAt = endedAt
    self.needsOwner = needsOwner
    self.calendarName = calendarName
    self.connectionName = connectionName
    self.owner = owner
  }
}
