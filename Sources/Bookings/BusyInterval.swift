/// A stretch of time that a calendar says is taken. Never a title, never a guest.
package struct BusyInterval: Equatable, Sendable {
  package let interval: Interval
  /// The event's UID, where the provider tells it: a booking that moves must not stand in its own
  /// way.
  package let uid: String?

  package init(interval: Interval, uid: String?) {
    self.interval = interval
    self.uid = uid
  }
}
