/// A booking's event as somebody has found it on the calendar, and which state of the booking it was
/// compared with.
package struct FoundEvent: Sendable, Equatable {
  /// The booking's revision then. Once it has gone on, the comparison is void.
  package let revision: Int
  /// Where the event stands; nil where it is gone.
  package let time: Interval?
  /// Its SEQUENCE, which programs of other people may have raised (RFC 5545 section 3.8.7.4).
  package let sequence: Int

  package init(revision: Int, time: Interval?, sequence: Int = 0) {
    self.revision = revision
    self.time = time
    self.sequence = sequence
  }

  /// The booking's revision once it has followed: higher than any that people were told of, and no lower
  /// than the event's, or our next move would look older than what is there.
  package var nextRevision: Int { max(revision + 1, sequence) }
}
