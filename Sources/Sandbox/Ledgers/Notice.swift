import Core

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
