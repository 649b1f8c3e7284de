import Core

/// What is known of one message to one person. There is one for each key, whatever jobs and
/// processes have worked on it.
package struct Delivery: Equatable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    /// It is about to be handed over, or was when the process died: nobody knows what became of it.
    case handing
    /// It was not taken, and will be tried again.
    case notTaken
    /// Somebody else has it: a mail server, the outbox folder.
    case sent
    /// The calendar's provider has told the person.
    case byProvider
    /// It was overtaken: what it says no longer holds.
    case skipped
    /// It never will be taken.
    case refused
    /// It may have been taken, and is of a kind that is rather lost than sent twice.
    case held

    /// Nothing more is to be done.
    package var isOver: Bool {
      switch self {
      case .sent, .byProvider, .skipped: true
      case .handing, .notTaken, .refused, .held: false
      }
    }
  }

  package let key: String
  package let organization: OrganizationID
  /// Nil for messages that are about no booking.
  package let booking: BookingID?
  /// Which message, as invitation jobs call it.
  package let message: String
  /// To whom, as invitation jobs call them: no address.
  package let recipient: String
  package let state: State
  /// What the mail server said, or why it came to this.
  package let detail: String
  /// How often it was handed over, or may have been.
  package let handovers: Int
  package let updatedAt: Timestamp?

  package init(
    key: String, organization: OrganizationID, booking: BookingID?, message: String,
    recipient: String, state: State, detail: String = "", handovers: Int = 0,
    updatedAt: Timestamp? = nil
  ) {
    self.key = key
    self.organization = organization
    self.booking = booking
    self.message = message
    self.recipient = recipient
    self.state = state
    self.detail = detail
    self.handovers = handovers
    self.updatedAt = updatedAt
  }
}
