import Core
import Testing

@testable import Calendars

struct OutlookOutcomeTests {
  static let examples: [OutcomeExample] = [
    .init(400, "ErrorInvalidRequest", .permanent),
    .init(400, "ErrorPropertyValidationFailure", .permanent),
    .init(400, "RequestBodyRead", .permanent),
    .init(400, "ErrorInvalidIdMalformed", .permanent),
    .init(400, "ErrorTimeIntervalTooBig", .permanent),
    .init(400, "ErrorOccurrenceCrossingBoundary", .permanent),
    .init(401, "InvalidAuthenticationToken", .needsOwner),
    .init(403, "ErrorAccessDenied", .needsOwner),
    .init(403, "Authorization_RequestDenied", .needsOwner),
    .init(403, "MailboxNotEnabledForRESTAPI", .permanent),
    .init(404, "MailboxNotEnabledForRESTAPI", .permanent),
    .init(403, "SomethingElse", .permanent),
    .init(404, "ErrorItemNotFound", .permanent),
    .init(404, "ErrorFolderNotFound", .permanent),
    .init(408, .transient),
    .init(409, "ErrorDuplicateTransactionId", .permanent),
    .init(409, .transient),
    .init(400, "SyncStateNotFound", .permanent),
    .init(410, "syncStateNotFound", .permanent),
    .init(400, "syncStateInvalid", .permanent),
    .init(404, "resyncRequired", .permanent),
    .init(410, .permanent),
    .init(400, "ValidationError", .transient),
    .init(412, "ErrorIrresolvableConflict", .transient),
    .init(413, .permanent),
    .init(423, .throttled(until: nil)),
    .init(424, .transient),
    .init(429, "ApplicationThrottled", .throttled(until: nil)),
    .init(429, "TooManyRequests", .throttled(until: nil)),
    .init(429, "activityLimitReached", .throttled(until: nil)),
    .init(429, .throttled(until: nil)),
    .init(500, "ErrorInternalServerError", write: .unknownOutcome, read: .transient),
    .init(500, "ErrorTimeoutExpired", write: .unknownOutcome, read: .transient),
    .init(501, .permanent),
    .init(502, write: .unknownOutcome, read: .transient),
    // Nothing was done; a status without a time is a backoff.
    .init(503, .transient),
    .init(504, write: .unknownOutcome, read: .transient),
    .init(507, "ErrorQuotaExceeded", .permanent),
    .init(509, .throttled(until: nil)),
    .init(302, .permanent),
    .init(700, .permanent),
  ]

  @Test(arguments: examples.indices)
  func means(_ index: Int) {
    OutlookOutcomeTests.examples[index].check(
      OutlookOutcome.table, OutlookOutcome.names,
      body: { ["error": ["code": .string($0), "message": "gone wrong"]] })
  }

  @Test("a code's case does not matter", arguments: examples.indices)
  func meansInLowerCase(_ index: Int) {
    OutlookOutcomeTests.examples[index].check(
      OutlookOutcome.table, OutlookOutcome.names,
      body: { ["error": ["code": .string($0.lowercased())]] })
  }

  @Test("no row of the table goes untested or can never apply")
  func everyRow() {
    OutcomeExample.checkAllRows(OutlookOutcome.table, OutlookOutcomeTests.examples)
  }

  @Test(arguments: [423, 429, 503, 509])
  func retryAfter(_ status: Int) {
    let at = ProviderError.Kind.throttled(until: OutcomeExample.now + .seconds(15))
    OutcomeExample(status, at).check(
      OutlookOutcome.table, OutlookOutcome.names, body: { .string($0) },
      headers: [("Retry-After", "15")])
  }
}
