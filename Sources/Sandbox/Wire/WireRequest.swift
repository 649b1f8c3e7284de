import Core
import HTTPServer

/// A request as the providers' routes read it; one inside a batch looks the same.
struct WireRequest: Sendable {
  let method: String
  /// Decoded, without the query.
  let path: String
  let query: [Request.QueryItem]
  /// By name in lower case; of several fields of one name, all values with commas between.
  let headers: [String: String]
  let body: [UInt8]

  init(
    method: String, path: String, query: [Request.QueryItem] = [],
    headers: [String: String] = [:], body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  init(_ request: Request) {
    var headers: [String: String] = [:]
    for field in request.headers.all {
      headers[field.name.lowercased(), default: ""] +=
        (headers[field.name.lowercased()] == nil ? "" : ", ") + field.value
    }
    self.init(
      method: request.method.rawValue, path: request.path, query: request.query, headers: headers,
      body: request.body)
  }

  var segments: [String] { path.split(separator: "/").map(String.init) }

  func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
  func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
  func isTrue(_ name: String) -> Bool { value(name)?.lowercased() == "true" }

  /// What links in answers begin with: the server is where the client found it.
  var origin: String { "http://\(headers["host"] ?? "127.0.0.1")" }

  var bearer: String? {
    guard let value = headers["authorization"], value.lowercased().hasPrefix("bearer ") else {
      return nil
    }
    return String(value.dropFirst("bearer ".count))
  }

  /// The form's fields; of a name given twice, the first.
  var form: [String: String] {
    Dictionary((formItems(body) ?? []).map { ($0.name, $0.value) }) { first, _ in first }
  }

  var json: JSON? { try? JSON.parse(body) }
}
