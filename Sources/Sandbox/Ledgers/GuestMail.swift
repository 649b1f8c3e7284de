import Core

/// A mail that a provider sent to a guest.
struct GuestMail: Sendable {
  enum Kind: String, Sendable { case invitation, update, cancellation }

  let number: Int
  let time: Timestamp
  let provider: ProviderName
  let kind: Kind
  let account: String
  let recipient: String
  let event: String
  let summary: String
  let start: Timestamp
  let end: Timestamp
  /// What the host adds to a cancellation at Graph.
  var comment: String?

  var json: JSON {
    [
      "number": .integer(Int64(number)), "time": .string(time.rfc3339),
      "provider": .string(provider.rawValue), "kind": .string(kind.rawValue),
      "account": .string(account), "to": .string(recipient), "event": .string(event),
      "summary": .string(summary), "start": .string(start.rfc3339), "end": .string(end.rfc3339),
      "comment": comment.map(JSON.string) ?? .null,
    ]
  }
}
