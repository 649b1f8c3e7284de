import Core

/// A difference between what we have agreed and what a calendar holds, as a comparison found it.
package struct Difference: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A confirmed booking without its event.
    case missing
    /// An event with our mark that stands for no booking, or for one that has ended.
    case extra
    /// An event at another time than its booking's.
    case moved
  }

  package let kind: Kind
  /// Nil for an event whose booking is none of ours.
  package let booking: BookingID?
  /// The booking's revision when it was compared.
  package let revision: Int?
  /// The key in the event's mark, or that it should have.
  package let key: String
  /// The provider's name for the event; nil where there is none.
  package let remoteID: String?
  /// Whether somebody has copied one of our events, mark and all: it was never written by us.
  package let isCopy: Bool
  /// The booking's time.
  package let agreed: Interval?
  /// The event's time.
  package let found: Interval?

  package init(
    kind: Kind, booking: BookingID?, revision: Int?, key: String, remoteID: String? = nil,
    isCopy: Bool = false, agreed: Interval? = nil, found: Interval? = nil
  ) {
    self.kind = kind
    self.booking = booking
    self.revision = revision
    self.key = key
    self.remoteID = remoteID
    self.isCopy = isCopy
    self.agreed = agreed
    self.found = found
  }

  /// When it is of no interest any more.
  package var end: Timestamp? { [agreed?.end, found?.end].compactMap { $0 }.max() }
}
