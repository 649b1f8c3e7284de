import Core
import Testing

@testable import Calendars

struct GoogleOutcomeTests {
  static let later = ProviderError.Kind.throttled(until: OutcomeExample.now + .hours(3))
  static let examples: [OutcomeExample] = [
    .init(400, "badRequest", .permanent),
    .init(400, "invalid", .permanent),
    .init(400, "required", .permanent),
    .init(400, "timeRangeEmpty", .permanent),
    .init(400, "timeRangeTooLong", .permanent),
    .init(401, "push.webhookUrlUnauthorized", .permanent),
    .init(401, "authError", .needsOwner),
    .init(403, "rateLimitExceeded", .throttled(until: nil)),
    .init(403, "userRateLimitExceeded", .throttled(until: nil)),
    .init(429, "rateLimitExceeded", .throttled(until: nil)),
    .init(429, .throttled(until: nil)),
    .init(429, "quotaExceeded", later),
    .init(403, "quotaExceeded", later),
    .init(403, "calendarUsageLimits", later),
    .init(403, "dailyLimitExceeded", later),
    .init(403, "variableTermLimitExceeded", later),
    .init(403, "insufficientPermissions", .needsOwner),
    .init(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", .needsOwner),
    .init(403, "accessNotConfigured", .permanent),
    .init(403, "SERVICE_DISABLED", .permanent),
    .init(403, "forbiddenForNonOrganizer", .permanent),
    .init(403, "forbiddenForServiceAccounts", .permanent),
    .init(403, "requiredAccessLevel", .permanent),
    .init(403, "forbidden", .permanent),
    .init(404, "notFound", .permanent),
    .init(408, .transient),
    .init(409, "duplicate", .permanent),
    .init(409, "conflict", .transient),
    .init(410, "deleted", .permanent),
    .init(410, "fullSyncRequired", .permanent),
    .init(410, "updatedMinTooLongAgo", .permanent),
    .init(412, "conditionNotMet", .transient),
    .init(413, .permanent),
    .init(500, "backendError", write: .unknownOutcome, read: .transient),
    .init(501, .permanent),
    .init(502, write: .unknownOutcome, read: .transient),
    .init(503, "backendError", write: .unknownOutcome, read: .transient),
    .init(504, write: .unknownOutcome, read: .transient),
    .init(302, .permanent),
    .init(700, .permanent),
  ]

  @Test(arguments: examples.indices)
  func means(_ index: Int) {
    GoogleOutcomeTests.examples[index].check(
      GoogleOutcome.table, GoogleOutcome.names,
      body: { ["error": ["errors": [["domain": "global", "reason": .string($0)]]]] })
  }

  @Test("Google's newer form of errors is read as well", arguments: examples.indices)
  func meansInDetails(_ index: Int) {
    GoogleOutcomeTests.examples[index].check(
      GoogleOutcome.table, GoogleOutcome.names,
      body: { ["error": ["status": "PERMISSION_DENIED", "details": [["reason": .string($0)]]]] })
  }

  @Test("no row of the table goes untested or can never apply")
  func everyRow() {
    OutcomeExample.checkAllRows(GoogleOutcome.table, GoogleOutcomeTests.examples)
  }

  @Test("Retry-After is heeded wherever it comes", arguments: [403, 429])
  func retryAfter(_ status: Int) {
    for reason in ["rateLimitExceeded", "quotaExceeded"] {
      let at = ProviderError.Kind.throttled(until: OutcomeExample.now + .seconds(120))
      OutcomeExample(status, reason, at).check(
        GoogleOutcome.table, GoogleOutcome.names,
        body: { ["error": ["errors": [["reason": .string($0)]]]] },
        headers: [("Retry-After", "120")])
    }
  }

  @Test func aServerThatNamesATimeIsAskedThen() {
    let at = ProviderError.Kind.throttled(until: OutcomeExample.now + .seconds(7))
    OutcomeExample(503, write: .unknownOutcome, read: at).check(
      GoogleOutcome.table, GoogleOutcome.names, body: { .string($0) },
      headers: [("Retry-After", "7")])
  }
}
