import Bookings
import Core

/// The events of the built-in calendars, in our own database. Calls block, and each is one transaction.
///
/// An error is `transient` where the database was busy or full and `unknownOutcome` where a commit may
/// have happened. The names of calendars are of connections with the provider `local`.
package protocol LocalEvents: Sendable {
  /// The connection's calendars, oldest first.
  func calendars(of connection: ConnectionID) throws(ProviderError) -> [RemoteCalendar]

  /// Inserts the event unless its calendar has one under its key: then that one is returned, and nothing
  /// has changed.
  func insertIfAbsent(_ event: LocalEvent) throws(ProviderError) -> LocalEvent?

  func event(_ key: String, in calendar: CalendarID) throws(ProviderError) -> LocalEvent?

  /// Gives the event under the key this interval and sequence, if it still has `expectedSequence`.
  /// Returns whether it did.
  func update(
    _ key: String, in calendar: CalendarID, to interval: Interval, sequence: Int,
    expectedSequence: Int
  ) throws(ProviderError) -> Bool

  /// Removes the event; one that is not there is no error.
  func remove(_ key: String, in calendar: CalendarID) throws(ProviderError)

  /// The events that overlap `window`, by start.
  func busy(
    in calendar: CalendarID, during window: Interval
  ) throws(ProviderError) -> [BusyInterval]
}
