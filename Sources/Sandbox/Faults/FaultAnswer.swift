import Core

/// What a fault answers instead of the work, in the words of whoever is asked: a token endpoint has errors
/// of its own form (RFC 6749 section 5.2).
enum FaultAnswer: Sendable {
  case given(Answer)
  case serverError(Int, retryAfterSeconds: Int?)
  case throttled(ThrottleForm, retryAfterSeconds: Int?)
  /// Of a token endpoint: what it would refresh is revoked.
  case unauthorized

  func answer(to request: WireRequest, of provider: ProviderName) -> Answer {
    if request.isForTokens, let answer = tokenAnswer(of: provider) { return answer }
    switch self {
    case .given(let answer): return answer
    case .serverError(let status, let seconds):
      let answer =
        provider == .google ? Answer.googleServerError(status) : Answer.graphServerError(status)
      return answer.asking(toWait: seconds)
    case .throttled(let form, let seconds):
      return form.answer(as: provider, retryAfterSeconds: seconds)
    case .unauthorized: return provider == .google ? .googleUnauthorized : .graphUnauthorized
    }
  }

  private func tokenAnswer(of provider: ProviderName) -> Answer? {
    let isGoogle = provider == .google
    switch self {
    case .given: return nil
    case .serverError(503, let seconds):
      return tokenError(503, "temporarily_unavailable").asking(toWait: seconds)
    case .serverError(let status, let seconds):
      return tokenError(status, isGoogle ? "internal_failure" : "server_error")
        .asking(toWait: seconds)
    case .throttled(_, let seconds):
      return tokenError(429, isGoogle ? "rate_limit_exceeded" : "temporarily_unavailable")
        .asking(toWait: seconds)
    case .unauthorized: return tokenError(400, "invalid_grant")
    }
  }

  private func tokenError(_ status: Int, _ error: String) -> Answer {
    .json(
      status,
      ["error": .string(error), "error_description": "The sandbox was told to answer this."])
  }
}

extension WireRequest {
  /// Whether a token endpoint of either provider is asked.
  var isForTokens: Bool {
    ["/token", "/revoke"].contains(path) || path.hasSuffix("/oauth2/v2.0/token")
  }
}
