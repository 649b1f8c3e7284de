import Core

/// One call in the ledger.
struct CallRecord: Sendable {
  let number: Int
  let time: Timestamp
  let provider: ProviderName
  let method: String
  let path: String
  let query: String
  let account: String?
  /// How many calls of that account were under way, this one among them.
  let concurrent: Int
  /// Nil while it is under way, and where the connection was cut.
  var status: Int?
  var fault: String?

  var json: JSON {
    [
      "number": .integer(Int64(number)), "time": .string(time.rfc3339),
      "provider": .string(provider.rawValue), "method": .string(method), "path": .string(path),
      "query": .string(query), "account": account.map(JSON.string) ?? .null,
      "concurrent": .integer(Int64(concurrent)),
      "status": status.map { .integer(Int64($0)) } ?? .null,
      "fault": fault.map(JSON.string) ?? .null,
    ]
  }
}

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

/// A notification of a watch channel or a subscription.
struct Notice: Sendable {
  let number: Int
  let time: Timestamp
  let provider: ProviderName
  let url: String
  let headers: [(name: String, value: String)]
  let body: [UInt8]
  /// Nil until it was answered, and where nobody did.
  var status: Int?

  var json: JSON {
    [
      "number": .integer(Int64(number)), "time": .string(time.rfc3339),
      "provider": .string(provider.rawValue), "url": .string(url),
      "headers": .object(JSONObject(headers.map { ($0.name, .string($0.value)) })),
      "body": (try? JSON.parse(body)) ?? .null,
      "status": status.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}
