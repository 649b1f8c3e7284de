import Core

/// One way in which a provider says "not so fast".
struct ThrottleForm: Sendable {
  /// As the control API names it: the error's reason or code, with the status where there are two.
  let name: String
  let status: Int
  let code: String
  let message: String

  func answer(as provider: ProviderName, retryAfterSeconds: Int?) -> Answer {
    let answer =
      provider == .google
      ? Answer.googleError(status, domain: "usageLimits", reason: code, message: message)
      : Answer.graphError(status, code: code, message: message)
    return answer.asking(toWait: retryAfterSeconds)
  }
}

extension Answer {
  func asking(toWait seconds: Int?) -> Answer {
    var answer = self
    if let seconds { answer.headers.append(("Retry-After", String(seconds))) }
    return answer
  }
}

/// Google's usage limits, as its guide to errors lists them.
let googleThrottleForms = [
  ThrottleForm(
    name: "rateLimitExceeded", status: 403, code: "rateLimitExceeded",
    message: "Rate Limit Exceeded"),
  ThrottleForm(
    name: "userRateLimitExceeded", status: 403, code: "userRateLimitExceeded",
    message: "User Rate Limit Exceeded"),
  ThrottleForm(
    name: "rateLimitExceeded429", status: 429, code: "rateLimitExceeded",
    message: "Rate Limit Exceeded"),
  ThrottleForm(
    name: "quotaExceeded", status: 403, code: "quotaExceeded",
    message: "Calendar usage limits exceeded."),
  ThrottleForm(
    name: "dailyLimitExceeded", status: 403, code: "dailyLimitExceeded",
    message: "Daily Limit Exceeded"),
  ThrottleForm(
    name: "variableTermLimitExceeded", status: 403, code: "variableTermLimitExceeded",
    message: "Calendar usage limits exceeded."),
]

/// Those of Graph's guide to throttling and of Exchange behind it.
let graphThrottleForms = [
  ThrottleForm(
    name: "ApplicationThrottled", status: 429, code: "ApplicationThrottled",
    message: "Application is over its MailboxConcurrency limit."),
  ThrottleForm(
    name: "TooManyRequests", status: 429, code: "TooManyRequests", message: "Too Many Requests"),
  ThrottleForm(
    name: "activityLimitReached", status: 429, code: "activityLimitReached",
    message: "The app or user has been throttled."),
  ThrottleForm(
    name: "locked", status: 423, code: "resourceLocked", message: "The resource is locked."),
  ThrottleForm(
    name: "serviceUnavailable", status: 503, code: "serviceNotAvailable",
    message: "The service is temporarily unavailable."),
  ThrottleForm(
    name: "gatewayTimeout", status: 504, code: "UnknownError", message: "Gateway Timeout"),
  ThrottleForm(
    name: "bandwidthLimit", status: 509, code: "bandwidthLimitExceeded",
    message: "Bandwidth limit exceeded."),
]
