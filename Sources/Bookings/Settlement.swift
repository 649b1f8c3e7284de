import Core

/// What a worker wants recorded of a booking, together with the end of its job: the change that has
/// happened, and what the calendar now holds.
package struct Settlement: Sendable, Equatable {
  package let booking: BookingID
  /// Applied only if the booking's state allows it (`BookingState.after`): a booking that was cancelled
  /// meanwhile is not confirmed any more. Nil where nothing has happened to it, and something was learned.
  package let change: BookingChange?
  /// For the guest's eyes.
  package let reason: String?
  /// The provider's name for the event; nil where it is not news.
  package let event: String?
  /// Where people join, as the calendar says. The first that is heard of holds for the booking's life.
  package let conferenceURL: String?
  /// By which UIDs those who are invited know the event, the calendar's own last.
  package let uids: [String]
  /// How the event was found to be. A change that was made in the calendar has one.
  package let found: FoundEvent?

  package init(
    booking: BookingID, change: BookingChange?, reason: String? = nil, event: String? = nil,
    conferenceURL: String? = nil, uids: [String] = [], found: FoundEvent? = nil
  ) {
    self.booking = booking
    self.change = change
    self.reason = reason
    self.event = event
    self.conferenceURL = conferenceURL
    self.uids = uids
    self.found = found
  }

  /// Nothing can be written before the host has connected the account again.
  package static func waitsForOwner(_ booking: BookingID) -> Settlement {
    Settlement(
      booking: booking, change: .waitsForOwner,
      reason: "The host's calendar has to be reconnected.")
  }
}
