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
