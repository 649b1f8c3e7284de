import HTTPClient

extension ProviderError {
  static let privateAddress = ProviderError(
    .permanent, "the server is at a private address, where this installation does not go")

  /// A request without an answer. Only a write that may have landed leaves a doubt behind.
  init(_ error: HTTPClientError, to request: HTTPRequest) {
    let method = request.method
    switch error {
    case .invalidRequest(let part):
      self.init(.permanent, "\(method) cannot be sent: invalid \(part)")
    case .privateAddress: self = .privateAddress
    case .notSent(let reason):
      self.init(.transient, "\(method) was not sent: \(reason)")
    case .mayHaveLanded(let reason):
      self.init(
        request.isSafe ? .transient : .unknownOutcome, "\(method) has no answer: \(reason)")
    case .tooLarge(let limit):
      self.init(
        request.isSafe ? .permanent : .unknownOutcome,
        "the answer to \(method) is larger than \(limit) bytes")
    }
  }
}
