import Bookings

/// Where a reading of a calendar's changes has got to, in the provider's own words: a sync token, a delta
/// link. Opaque, and to be kept only once everything read up to it has been taken in.
package struct SyncPosition: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }
}

/// What has happened on a calendar since a position.
package struct CalendarChanges: Equatable, Sendable {
  /// Events that have changed, others than ours among them, each at most once; nothing in it says what
  /// they are about.
  package let events: [ChangedEvent]
  /// From here the next reading goes on.
  package let position: SyncPosition
  /// Whether this is everything that lies in the window, because it was the first reading or because the
  /// provider no longer knows the position that was asked from. Then an event that is not among `events`
  /// may be gone; otherwise it has not changed.
  package let isWhole: Bool

  package init(events: [ChangedEvent], position: SyncPosition, isWhole: Bool) {
    self.events = events
    self.position = position
    self.isWhole = isWhole
  }
}

/// An event that has changed. The list of a provider is a hint and not its word: it may leave out what is
/// there, and show late what has happened. What is believed is read again by the event's own key.
package struct ChangedEvent: Equatable, Sendable {
  /// As `EventReference.remoteID` has it.
  package let remoteID: String
  /// nil where the event is gone from the calendar, kept as cancelled, or not shown. Of a series it may be
  /// the first one's.
  package let interval: Interval?

  package init(remoteID: String, interval: Interval?) {
    self.remoteID = remoteID
    self.interval = interval
  }
}
