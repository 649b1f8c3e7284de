/// Tells an owner that an account, or one calendar of it, cannot be used.
package struct IncidentNotice: Sendable {
  package enum Subject: Sendable {
    /// The account lets nobody in.
    case disconnected
    /// Guests are shown no times. `needsOwner`: only the owner can mend it.
    case unreadable(calendar: String, needsOwner: Bool)
    /// Bookings wait.
    case unwritable(calendar: String)
  }

  package let owner: String
  package let subject: Subject
  package let account: String
  /// Since when, for the owner's eyes.
  package let since: String
  /// How many requests of guests wait for it.
  package let waiting: Int

  package init(owner: String, subject: Subject, account: String, since: String, waiting: Int) {
    self.owner = owner
    self.subject = subject
    self.account = account
    self.since = since
    self.waiting = waiting
  }

  package var letter: Letter {
    let text = text
    return Letter(
      subject: text.subject, greeting: "Hello \(owner),", headline: text.headline,
      remarks: text.remarks,
      facts: [("Account", [account]), ("Since", [since]), ("Waiting", waitingWords)],
      footer: "You get one message of this kind until it works again.")
  }

  private var waitingWords: [String] {
    switch waiting {
    case 0: []
    case 1: ["one request of a guest"]
    default: ["\(waiting) requests of guests"]
    }
  }

  private var text: (subject: String, headline: String, remarks: [String]) {
    switch subject {
    case .disconnected:
      (
        "Reconnect your calendar: \(account)",
        "Your account no longer lets us in.",
        [
          "Connect it again, and what waits goes on by itself. Until then guests who open your links are "
            + "offered no times, bookings that wait keep theirs, and nobody is told that they are confirmed."
        ]
      )
    case .unreadable(let calendar, let needsOwner):
      (
        "Guests see no times: “\(calendar)” cannot be read",
        "Your calendar “\(calendar)” could not be read.",
        [
          "Guests who open your links are told so, and are offered no times, because nobody knows which are "
            + "free. Bookings that were made stay as they are.",
          needsOwner
            ? "The account no longer allows it: allow it again there, or connect it again."
            : "It is tried again whenever a guest looks, and times return by themselves. If it goes on, look "
              + "whether the account works elsewhere.",
        ]
      )
    case .unwritable(let calendar):
      (
        "Bookings wait: “\(calendar)” cannot be written",
        "Bookings cannot be written to your calendar “\(calendar)”.",
        [
          "The account no longer allows it: allow it again there, or connect it again. Until then bookings "
            + "that wait keep their times, and nobody is told that they are confirmed."
        ]
      )
    }
  }
}
