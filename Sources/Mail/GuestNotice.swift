import Core

/// What a guest is told when something has become of their booking: subject, plain text and HTML,
/// in English. Each of them says everything that matters by itself.
package struct GuestNotice: Sendable {
  package enum Kind: Sendable {
    /// The calendar holds the event.
    case confirmed
    /// The calendar holds it at another time.
    case moved(from: MeetingTime)
    case cancelled
    /// It was never confirmed. The link can be used again.
    case refused(linkURL: String)
    /// The move that was asked for is not possible.
    case originalTimeStands(requested: MeetingTime)
    /// The booking's address, for a guest who has lost it.
    case manageLink
  }

  package let kind: Kind
  package let title: String
  package let hostName: String
  package let guestName: String
  package let location: String
  /// In the guest's zone. Of a refused booking the time that was asked for, else the time that
  /// holds.
  package let time: MeetingTime
  /// In the words of whoever caused it; may be empty.
  package let reason: String
  /// Where the guest sees, moves and cancels the booking.
  package let manageURL: String

  /// Line breaks and control characters are taken out of what belongs on one line.
  package init(
    _ kind: Kind, title: String, hostName: String, guestName: String, location: String = "",
    time: MeetingTime, reason: String = "", manageURL: String
  ) {
    self.kind = kind
    self.title = MailHeader.cleaned(title)
    self.hostName = MailHeader.cleaned(hostName)
    self.guestName = MailHeader.cleaned(guestName)
    self.location = MailHeader.cleaned(location)
    self.time = time
    self.reason = reason
    self.manageURL = manageURL
  }

  package var subject: String { "\(subjectWord): \(title), \(time.shortText)" }

  private var subjectWord: String {
    switch kind {
    case .confirmed: "Confirmed"
    case .moved: "Moved"
    case .cancelled: "Cancelled"
    case .refused: "Not possible"
    case .originalTimeStands: "Not moved"
    case .manageLink: "Your booking"
    }
  }

  private var headline: String {
    switch kind {
    case .confirmed: "Your meeting with \(hostName) is confirmed."
    case .moved: "Your meeting with \(hostName) has moved to a new time."
    case .cancelled: "Your meeting with \(hostName) is cancelled."
    case .refused: "\(hostName) cannot meet you at the time you asked for."
    case .originalTimeStands:
      "Your meeting with \(hostName) could not be moved. The original time still stands."
    case .manageLink:
      "Somebody, most likely you, has asked for the address of your booking with \(hostName)."
    }
  }

  /// Labels and values, in the order in which they are read.
  private var facts: [(label: String, value: String)] {
    var facts = [("What", title)]
    switch kind {
    case .confirmed, .manageLink: facts.append(("When", time.text))
    case .moved(let before): facts += [("New time", time.text), ("Before", before.text)]
    case .cancelled: facts.append(("Was planned for", time.text))
    case .refused: facts.append(("Asked for", time.text))
    case .originalTimeStands(let requested):
      facts += [("When", time.text), ("Asked for", requested.text)]
    }
    switch kind {
    case .confirmed, .moved, .originalTimeStands, .manageLink: facts.append(("Where", location))
    case .cancelled, .refused: break
    }
    facts.append(("Reason", reason))
    return facts.filter { !$0.1.isEmpty }
  }

  /// What the guest can do now, and where.
  private var action: (label: String, url: String) {
    switch kind {
    case .confirmed, .moved, .originalTimeStands: ("Move or cancel this meeting", manageURL)
    case .cancelled, .manageLink: ("See this booking", manageURL)
    case .refused(let linkURL): ("Your link is still valid: choose another time", linkURL)
    }
  }

  package var plainText: String {
    let facts = facts.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
    return """
      Hello \(guestName),

      \(headline)

      \(facts)

      \(action.label):
      \(action.url)

      """
  }

  package var html: String {
    let rows: [HTML] = facts.map { fact in
      """
      <tr><th align="left" valign="top" style="padding:4px 16px 4px 0">\(fact.label)</th>\
      <td style="padding:4px 0">\(fact.value)</td></tr>
      """
    }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>\(subject)</title></head>
      <body style="font-family:sans-serif;line-height:1.5">
      <p>Hello \(guestName),</p>
      <p>\(headline)</p>
      <table role="presentation">
      \(rows)
      </table>
      <p><a href="\(action.url)">\(action.label)</a></p>
      </body>
      </html>

      """
    return page.markup
  }
}
