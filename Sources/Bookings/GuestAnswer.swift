import Core

/// What a guest has answered to the invitation, as their calendar program or the host's provider
/// told. It is shown; it never changes a booking by itself.
package struct GuestAnswer: Equatable, Sendable {
  package enum Word: String, Sendable, CaseIterable {
    case needsAction, accepted, declined, tentative
  }

  package let booking: BookingID
  /// In lower case.
  package let email: String
  package let word: Word
  /// SEQUENCE of the invitation that was answered, and when (DTSTAMP): the later answer counts
  /// (RFC 5546 section 2.1.5).
  package let sequence: Int
  package let answeredAt: Timestamp
  package let comment: String

  package init(
    booking: BookingID, email: String, word: Word, sequence: Int, answeredAt: Timestamp,
    comment: String = ""
  ) {
    self.booking = booking
    self.email = email.lowercased()
    self.word = word
    self.sequence = sequence
    self.answeredAt = answeredAt
    self.comment = comment
  }
}
