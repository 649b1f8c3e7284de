/// "Send my link to Sarah": a host's link, with the host's own words, to somebody who may never have
/// heard of us.
package struct LinkNotice: Sendable {
  package let title: String
  package let durationsMinutes: [Int]
  package let host: BookingNotice.Person
  package let recipientName: String
  /// The host's words; may be empty.
  package let words: String
  package let linkURL: String
  package let locale: ReaderLocale

  package init(
    title: String, durationsMinutes: [Int], host: BookingNotice.Person, recipientName: String,
    words: String, linkURL: String, locale: ReaderLocale = .neutral
  ) {
    self.title = MailHeader.cleaned(title)
    self.durationsMinutes = durationsMinutes
    self.host = host
    self.recipientName = MailHeader.cleaned(recipientName)
    self.words = words
    self.linkURL = linkURL
    self.locale = locale
  }

  /// In the reader's language.
  package var letter: Letter {
    switch locale.language {
    case .english: english
    }
  }

  private var english: Letter {
    let lengths = durationsMinutes.map(String.init)
    let length =
      lengths.count < 2
      ? lengths.joined()
      : lengths.dropLast().joined(separator: ", ") + " or " + lengths[lengths.count - 1]
    return Letter(
      subject: "\(host.name) invites you to choose a time: \(title)",
      greeting: recipientName.isEmpty ? "Hello," : "Hello \(recipientName),",
      headline: "\(host.name) would like to meet you.", quotation: words,
      facts: [("What", [title]), ("How long", ["\(length) minutes"])],
      action: ("Choose a time", linkURL),
      footer: "\(host.name) <\(host.email)> asked us to send you this. Answers go there.")
  }
}
