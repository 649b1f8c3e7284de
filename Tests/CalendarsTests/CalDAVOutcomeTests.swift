import Core
import HTTPClient
import Testing

@testable import Calendars

struct CalDAVOutcomeTests {
  static let now = Timestamp(seconds: 1_780_000_000)

  /// What each refusal means for a write and for a read, written down apart from the table.
  static let expected:
    [(status: Int, named: String?, write: ProviderError.Kind, read: ProviderError.Kind)] = [
      (401, nil, .needsOwner, .needsOwner),
      (403, "valid-sync-token", .permanent, .permanent),
      (409, "valid-sync-token", .permanent, .permanent),
      (403, nil, .needsOwner, .needsOwner),
      (403, "something-new", .needsOwner, .needsOwner),
      (403, "need-privileges", .needsOwner, .needsOwner),
      (403, "quota-not-exceeded", .permanent, .permanent),
      (403, "valid-calendar-data", .permanent, .permanent),
      (403, "valid-calendar-object-resource", .permanent, .permanent),
      (403, "supported-calendar-data", .permanent, .permanent),
      (403, "supported-calendar-component", .permanent, .permanent),
      (403, "supported-report", .permanent, .permanent),
      (403, "supported-filter", .permanent, .permanent),
      (403, "max-resource-size", .permanent, .permanent),
      (403, "min-date-time", .permanent, .permanent),
      (403, "max-date-time", .permanent, .permanent),
      (403, "max-attendees-per-instance", .permanent, .permanent),
      (403, "number-of-matches-within-limits", .permanent, .permanent),
      (403, "no-uid-conflict", .permanent, .permanent),
      (403, "unique-scheduling-object-resource", .permanent, .permanent),
      (403, "valid-organizer", .permanent, .permanent),
      (403, "same-organizer-in-all-components", .permanent, .permanent),
      (403, "allowed-organizer-scheduling-object-change", .permanent, .permanent),
      (403, "allowed-attendee-scheduling-object-change", .permanent, .permanent),
      (400, nil, .permanent, .permanent),
      (404, nil, .permanent, .permanent),
      (405, nil, .permanent, .permanent),
      (408, nil, .transient, .transient),
      (409, nil, .permanent, .permanent),
      (410, nil, .permanent, .permanent),
      (412, nil, .transient, .transient),
      (413, nil, .permanent, .permanent),
      (415, nil, .permanent, .permanent),
      (423, nil, .transient, .transient),
      (425, nil, .transient, .transient),
      (429, nil, .throttled(until: nil), .throttled(until: nil)),
      (500, nil, .unknownOutcome, .transient),
      (501, nil, .permanent, .permanent),
      (502, nil, .unknownOutcome, .transient),
      (503, nil, .transient, .transient),
      (504, nil, .unknownOutcome, .transient),
      (505, nil, .permanent, .permanent),
      (507, nil, .permanent, .permanent),
      (508, nil, .permanent, .permanent),
      (599, nil, .unknownOutcome, .transient),
      (200, nil, .permanent, .permanent),
      (302, nil, .permanent, .permanent),
      (700, nil, .permanent, .permanent),
    ]

  @Test(arguments: expected.indices)
  func means(_ index: Int) {
    let row = CalDAVOutcomeTests.expected[index]
    let body = row.named.map { "<D:error xmlns:D=\"DAV:\"><D:\($0)/></D:error>" } ?? "gone wrong"
    let response = HTTPResponse(status: row.status, body: Array(body.utf8))
    for (method, kind) in [("PUT", row.write), ("DELETE", row.write), ("REPORT", row.read)] {
      let error = CalDAVOutcome.error(
        response, to: HTTPRequest(method, "https://example.com/"), now: CalDAVOutcomeTests.now)
      #expect(error.kind == kind)
      #expect(error.message.contains("\(row.status)"))
      #expect(!error.message.contains("gone wrong"))
    }
  }

  @Test("no row of the table goes untested or can never apply")
  func everyRow() {
    for (index, row) in CalDAVOutcome.table.rows.enumerated() {
      let example = CalDAVOutcomeTests.expected.first { expected in
        CalDAVOutcome.table.rows.firstIndex { candidate in
          candidate.statuses.contains(expected.status)
            && (candidate.name == nil || candidate.name == expected.named)
        } == index
      }
      #expect(example != nil, "\(row.statuses) \(row.name ?? "")")
    }
  }

  @Test(arguments: [429, 503])
  func throttledUntil(_ status: Int) {
    let response = HTTPResponse(status: status, headers: [("Retry-After", "120")])
    let error = CalDAVOutcome.error(
      response, to: HTTPRequest("PUT", "https://example.com/"), now: CalDAVOutcomeTests.now)
    #expect(error.kind == .throttled(until: CalDAVOutcomeTests.now + .seconds(120)))
  }
}
