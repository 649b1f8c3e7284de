/// Tells a calendar's owner that guests are shown no times, because it cannot be read.
package struct IncidentNotice: Sendable {
  package let owner: String
  package let calendar: String
  package let account: String
  /// Since when, for the owner's eyes.
  package let since: String
  /// Whether only the owner can mend it.
  package let needsOwner: Bool

  package init(owner: String, calendar: String, account: String, since: String, needsOwner: Bool) {
    self.owner = owner
    self.calendar = calendar
    self.account = account
    self.since = since
    self.needsOwner = needsOwner
  }

  package var letter: Letter {
    Letter(
      subject: "Guests see no times: “\(calendar)” cannot be read",
      greeting: "Hello \(owner),",
      headline: "Your calendar “\(calendar)” could not be read.",
      remarks: [
        "Guests who open your links are told so, and are offered no times, because nobody knows which are "
          + "free. Bookings that were made stay as they are.",
        needsOwner
          ? "The account no longer accepts its password or permission: connect it again."
          : "It is tried again whenever a guest looks, and times return by themselves. If it goes on, look "
            + "whether the account works elsewhere.",
      ],
      facts: [("Account", [account]), ("Since", [since])],
      footer: "You get one message of this kind until the calendar was read again.")
  }
}
