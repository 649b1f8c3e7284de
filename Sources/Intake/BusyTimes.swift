import Bookings
import Core

/// What Intake may ask about calendars: when they are busy. Behind it stands a reader that coalesces and
/// caches; Intake itself never waits for a provider on the caller's thread.
package protocol BusyTimes: Sendable {
  /// Busy time of `calendars` during `interval`. Calls `completion` once: at once, on this thread, when
  /// the answer is at hand, else later on another. It never fails: a calendar that cannot be read is
  /// named in the reading, and is never free. `excluding` leaves out the event of one booking, known by
  /// its identity and not by its time: another event may lie beneath it. What was read longer ago than
  /// `maximumAge` does not count, whoever it was read for; nil is the installation's own limit.
  func read(
    _ calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?,
    maximumAge: Duration?, completion: @escaping @Sendable (BusyReading) -> Void)
}
