import Queue

extension Configuration.Lanes {
  /// What an account at that provider may be asked for; nil where nothing limits it: the built-in calendars
  /// lie in our own database.
  func policy(of provider: String) -> LanePolicy? {
    switch provider {
    case "caldav": policy(caldavConcurrency, caldavPerSecond)
    case "google": policy(googleConcurrency, googlePerSecond)
    case "outlook": policy(outlookConcurrency, outlookPerSecond)
    case LaneID.mail.rawValue: policy(mailConcurrency, mailPerSecond)
    default: nil
    }
  }

  private func policy(_ concurrency: Int, _ perSecond: Double) -> LanePolicy {
    LanePolicy(
      concurrency: concurrency, ratePerSecond: perSecond,
      // A second's worth after a rest.
      burst: max(concurrency, Int(perSecond)), failuresToOpen: failuresToOpen,
      open: Backoff(base: open, factor: 2, cap: max(open, longestOpen), jitter: 0.2))
  }
}
