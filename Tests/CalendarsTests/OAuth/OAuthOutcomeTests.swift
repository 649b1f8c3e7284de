import Bookings
import Core
import HTTPClient
import Testing

@testable import Calendars

/// The tables of what token endpoints refuse with, each row once.
@Suite struct OAuthOutcomeTests {
  private let now = Timestamp(seconds: 1_780_000_000)

  enum Meaning: Sendable { case retry, reconnect, configuration }

  private func meaning(
    _ provider: Connection.Provider, _ status: Int, _ body: String,
    headers: [(name: String, value: String)] = []
  ) -> OAuthFailure {
    OAuthOutcome.failure(
      HTTPResponse(status: status, headers: headers, body: Array(body.utf8)), of: provider,
      now: now)
  }

  private func expect(_ failure: OAuthFailure, _ meaning: Meaning, _ what: String) {
    switch (failure.kind, meaning) {
    case (.retry, .retry), (.reconnect, .reconnect), (.configuration, .configuration): break
    default: Issue.record("\(what) means \(failure.kind), not \(meaning)")
    }
  }

  @Test(arguments: [
    (400, "invalid_grant", Meaning.reconnect), (401, "invalid_client", .configuration),
    (400, "unauthorized_client", .configuration), (400, "invalid_scope", .configuration),
    (400, "redirect_uri_mismatch", .configuration), (400, "invalid_request", .configuration),
    (400, "unsupported_grant_type", .configuration), (400, "admin_policy_enforced", .reconnect),
    (403, "org_internal", .reconnect), (403, "access_denied", .reconnect),
    (500, "internal_failure", .retry), (503, "temporarily_unavailable", .retry),
    (429, "rate_limit_exceeded", .retry), (403, "rate_limit_exceeded", .retry),
    (400, "temporarily_unavailable", .retry), (400, "internal_failure", .retry),
    (400, "server_error", .retry), (502, "", .retry), (429, "invalid_grant", .retry),
    (403, "unheard_of", .reconnect), (400, "unheard_of", .configuration), (404, "", .configuration),
    (302, "", .configuration),
  ])
  func google(status: Int, error: String, wanted: Meaning) {
    expect(
      meaning(.google, status, #"{"error":"\#(error)","error_description":"D"}"#), wanted,
      "\(status) \(error)")
  }

  @Test(arguments: [
    (70008, Meaning.reconnect), (700082, .reconnect), (50173, .reconnect), (54005, .reconnect),
    (65001, .reconnect), (50057, .reconnect), (50076, .reconnect), (50079, .reconnect),
    (50158, .reconnect), (7_000_215, .configuration), (7_000_222, .configuration),
    (700027, .configuration), (700016, .configuration), (70011, .configuration),
    (900144, .configuration), (50011, .configuration),
  ])
  func microsoftsNumbers(code: Int, wanted: Meaning) {
    // The number decides, whatever error it comes with.
    for error in ["invalid_grant", "invalid_client", "invalid_request"] {
      let failure = meaning(
        .outlook, 400, #"{"error":"\#(error)","error_codes":[\#(code)],"trace_id":"t"}"#)
      expect(failure, wanted, "AADSTS\(code)")
      #expect(failure.message.contains("AADSTS\(code)"))
    }
    // Google has no such numbers.
    let body = #"{"error":"invalid_grant","error_codes":[7000215]}"#
    expect(meaning(.google, 400, body), .reconnect, "invalid_grant")
  }

  @Test(arguments: [
    ("interaction_required", Meaning.reconnect), ("consent_required", .reconnect),
    ("login_required", .reconnect), ("invalid_grant", .reconnect),
    ("unauthorized_client", .configuration), ("invalid_client", .configuration),
    ("temporarily_unavailable", .retry), ("server_error", .retry),
  ])
  func microsoftsErrors(error: String, wanted: Meaning) {
    expect(meaning(.outlook, 400, #"{"error":"\#(error)"}"#), wanted, error)
  }

  @Test func patienceIsAskedForInSeconds() {
    let failure = meaning(.outlook, 429, "", headers: [("Retry-After", "30")])
    #expect(failure.kind == .retry(until: now + .seconds(30)))
  }

  @Test func nothingOfTheServersTextIsKept() {
    let failure = meaning(
      .google, 400,
      #"{"error":"marked-error","error_description":"marked-token","error_codes":[1]}"#)
    #expect(!failure.message.contains("marked"))
  }

  @Test func everyRowIsReached() {
    // The last row of each name or number is reached only if none before it takes everything of its kind.
    for (index, row) in OAuthOutcome.table.enumerated() {
      let status = row.statuses.lowerBound
      let error = row.error.map { #""error":"\#($0)""# } ?? #""error":"-""#
      let codes = row.code.map { #","error_codes":[\#($0)]"# } ?? ""
      let found = OAuthOutcome.table.firstIndex { candidate in
        (candidate.provider == nil || candidate.provider == (row.provider ?? .google))
          && candidate.statuses.contains(status)
          && (candidate.error == nil || candidate.error == row.error)
          && (candidate.code == nil || candidate.code == row.code)
      }
      #expect(found == index, "{\(error)\(codes)} at \(status) stops at another row")
    }
  }
}
