import Bookings

/// An event that bears our mark, wherever the mark has got to: copies made by people bear it too.
package struct MarkedEvent: Equatable, Sendable {
  /// As `EventReference.remoteID` has it.
  package let remoteID: String
  /// The key in its mark.
  package let key: String
  /// Of a series that somebody has made of it, the first one's.
  package let interval: Interval

  package init(remoteID: String, key: String, interval: Interval) {
    self.remoteID = remoteID
    self.key = key
    self.interval = interval
  }
}
