import Bookings

/// An event as the provider has it.
package struct StoredEvent: Equatable, Sendable {
  package let reference: EventReference
  package let uid: String
  package let interval: Interval
  package let sequence: Int
  /// Kept by the provider, but marked as cancelled.
  package let isCancelled: Bool
  /// Empty where the provider does not tell.
  package let guests: [StoredGuest]

  package init(
    reference: EventReference, uid: String, interval: Interval, sequence: Int, isCancelled: Bool,
    guests: [StoredGuest] = []
  ) {
    self.reference = reference
    self.uid = uid
    self.interval = interval
    self.sequence = sequence
    self.isCancelled = isCancelled
    self.guests = guests
  }
}

/// Somebody who is invited to an event, as the provider has it.
package struct StoredGuest: Equatable, Sendable {
  /// In lower case.
  package let email: String
  package let answer: GuestAnswer.Word
  /// Whether the provider itself tells this guest of the event and its changes; false also where it
  /// says that it tried and could not.
  package let isTold: Bool

  package init(email: String, answer: GuestAnswer.Word, isTold: Bool) {
    self.email = email.lowercased()
    self.answer = answer
    self.isTold = isTold
  }
}
