import Core

/// What a token allows and for whom.
struct Grant: Sendable {
  let provider: ProviderName
  /// Nil where an application acts as itself.
  let account: String?
  let client: String
  var scopes: [String]
  var expires: Timestamp
  /// Shared by all tokens of one consent.
  let family: Int
  /// A Google service account that acts as itself: guests are not for it to invite.
  var isBareServiceAccount = false

  func allows(anyOf wanted: [String]) -> Bool { wanted.contains { scopes.contains($0) } }
}
