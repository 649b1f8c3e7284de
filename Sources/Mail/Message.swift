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

  /// The organizer: mail programs hide an invitation's buttons where the two differ.
  package var from: Mailbox
  /// One guest, who is an attendee.
  package var to: Mailbox
  package var subject: String
  package var plainText: String
  package var html: String
  package var invitation: Invitation?
  package var id: MessageID
  package var date: Timestamp

  package init(
    from: Mailbox, to: Mailbox, subject: String, plainText: String, html: String,
    invitation: Invitation? = nil, id: MessageID, date: Timestamp
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.plainText = plainText
    self.html = html
    self.invitation = invitation
    self.id = id
    self.date = date
  }

  /// Text as a page: paragraphs between empty lines.
  package static func html(of text: String) -> String {
    let paragraphs: [HTML] = text.split(separator: "\n\n").map { paragraph in
      "<p>\(String(paragraph))</p>"
    }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"></head>
      <body style="font-family:sans-serif;line-height:1.5">
      \(paragraphs)
      </body>
      </html>

      """
    return page.markup
  }

  /// The mail to a guest, from the host.
  package init(
    _ notice: GuestNotice, from: Mailbox, to: Mailbox, invitation: Invitation? = nil,
    id: MessageID, date: Timestamp
  ) {
    self.init(
      from: from, to: to, subject: notice.subject, plainText: notice.plainText,
      html: notice.html, invitation: invitation, id: id, date: date)
  }
}
