import Core

/// What can be set for the whole sandbox; its names are those of the control API.
struct Settings: Sendable {
  enum DuplicateTransaction: String, CaseIterable, Sendable { case created, conflict, badRequest }
  enum Notifications: String, CaseIterable, Sendable { case sent, doubled, dropped }
  enum OldRefreshTokens: String, CaseIterable, Sendable { case accepted, refused }

  var latency: Duration = .zero
  /// Until a conference or an online meeting that was asked for is there.
  var conferenceDelay: Duration = .zero
  var conferenceFails = false
  /// Nil: as many as come. Projects made today have 600 for each user.
  var googleCallsPerMinute: Int?
  var duplicateTransaction = DuplicateTransaction.created
  var notifications = Notifications.sent
  /// What Microsoft's token endpoint says to a refresh token that was used before.
  var oldRefreshTokens = OldRefreshTokens.accepted
}
