import Core

/// One call of a provider's API while it is under way.
struct Visit: Sendable {
  let request: WireRequest
  let provider: ProviderName
  /// The call's number in the ledger.
  let number: Int
  let account: String?
  let fault: Fault?
  let latency: Duration
  /// How many calls of the mailbox are under way, this one among them.
  let concurrent: Int

  var delay: Duration {
    if case .slow(let delay, _) = fault?.effect { latency + delay } else { latency }
  }

  /// The work is done at the end of the delay, when the client may have given up long ago.
  var commitsLast: Bool {
    if case .slow(_, let commitsLast) = fault?.effect { commitsLast } else { false }
  }
}
