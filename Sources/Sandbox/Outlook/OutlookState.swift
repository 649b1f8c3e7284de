import Core

/// What Exchange Online knows.
struct OutlookState: Sendable {
  /// By mail address in lower case.
  var mailboxes: [String: Mailbox] = [:]
  var subscriptions: [String: GraphSubscription] = [:]
  /// What skip and delta tokens stand for; one that is not here has expired.
  var cursors: [String: GraphCursor] = [:]
  /// Online meetings that are asked for and not there yet.
  var pendingMeetings: [(mailbox: String, event: Int)] = []

  /// By mail address or by the user's id.
  func mailbox(_ name: String) -> Mailbox? {
    mailboxes[name.lowercased()] ?? mailboxes.values.first { $0.userID == name }
  }
}
