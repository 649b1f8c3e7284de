/// Why there is no answer. The cases tell apart what a caller must know before it tries again.
package enum HTTPClientError: Error, Equatable, Sendable {
  /// The request is none that this client sends; names the part.
  case invalidRequest(String)
  /// Its host is at none but private addresses, where this client may not go. Nothing was sent.
  case privateAddress
  /// The server has seen no byte of the request: its name was not found, it did not let us connect, TLS
  /// failed, or the deadline passed before that.
  case notSent(String)
  /// The connection failed, or the deadline passed, after sending had begun: the server may have acted.
  case mayHaveLanded(String)
  /// The answer's head or body is larger than this client takes. The server has acted.
  case tooLarge(limitBytes: Int)
}
