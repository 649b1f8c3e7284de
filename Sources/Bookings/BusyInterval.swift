/// A stretch of time that a calendar says is taken. The event's UID, where the provider tells it, lets a
/// booking that is being moved ignore its own event, and only that one.
package struct BusyInterval: Equatable, Sendable {
  package let interval: Interval
  package let uid: String?

  package init(interval: Interval, uid: String?) {
    self.interval = interval
    self.uid = uid
  }
}
