import Core
import ICalendar

/// A mail as values; `bytes` is the mail as RFC 5322 and MIME want it. The same values always give
/// the same bytes, so that a delivery repeated is the same mail.
package struct Message: Equatable, Sendable {
  /// The invitation inside (RFC 6047): text and the METHOD that it says.
  package struct Invitation: Equatable, Sendable {
    package let text: String
    package let method: EventObject.Method

    package init(_ event: EventObject, method: EventObject.Method) {
      text = event.text(method: method)
      self.method = method
    }
  }

  /// Of an invitation the organizer: mail programs hide its buttons where the two differ.
  package var from: Mailbox
  /// Who hands it to the mail system, where that is not who it is from (RFC 5322 section 3.6.2).
  package var sender: Mailbox?
  /// One person. Of an invitation an attendee.
  package var to: Mailbox
  /// Where answers go, if not to `from`.
  package var replyTo: Mailbox?
  /// Where to write to hear no more, for mail that nobody asked for (RFC 2369 section 3.2).
  package var unsubscribe: Mailbox?
  package var subject: String
  package var plainText: String
  package var html: String
  package var invitation: Invitation?
  package var id: MessageID
  package var date: Timestamp

  package init(
    _ letter: Letter, from: Mailbox, to: Mailbox, invitation: Invitation? = nil, id: MessageID,
    date: Timestamp
  ) {
    self.from = from
    self.to = to
    subject = letter.subject
    plainText = letter.plainText
    html = letter.html
    self.invitation = invitation
    self.id = id
    self.date = date
  }
}
