import Core
import HTTPClient

/// What is asked of a provider's interface.
struct RESTRequest: Sendable {
  var method: String
  /// Below the interface's base, each part percent-encoded.
  var path: String
  var query: [(name: String, value: String)] = []
  var headers: [(name: String, value: String)] = []
  var body: JSON?
  /// Changes nothing: for questions that are asked with POST.
  var isSafe: Bool

  init(
    _ method: String, _ path: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: JSON? = nil, isSafe: Bool? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.isSafe = isSafe ?? (method == "GET")
  }

  /// Below the interface's base.
  var target: String {
    query.isEmpty ? path : path + (path.contains("?") ? "&" : "?") + formEncoded(query)
  }
}

/// What came back, whatever its status.
struct RESTAnswer: Sendable {
  let response: HTTPResponse
  /// `null` where there is no body, or one that is no JSON.
  let json: JSON

  var status: Int { response.status }
}

/// How long a provider may take for one request, the wait for a connection included.
package struct RESTDeadlines: Sendable {
  /// A provider that needs longer to answer a question is of no use to a waiting guest.
  package var read = Duration.seconds(15)
  /// A worker can wait, and a write that is cut off leaves a doubt behind. With a look before and a look
  /// after it, still within a job's lease.
  package var write = Duration.seconds(20)

  package init() {}
}
