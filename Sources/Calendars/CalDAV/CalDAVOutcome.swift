import Core
import HTTPClient

/// What a CalDAV server's refusal means. Its names are preconditions: what the answer's DAV:error holds
/// (RFC 4918 section 16).
enum CalDAVOutcome {
  static let table = OutcomeTable([
    .row(401, .needsOwner),
    // RFC 6578 section 3.2 does not say with which status.
    .row(400...499, "valid-sync-token", .expired),
    // Everything else that a 403 can name is about the event: it will be refused again.
    .row(403, "need-privileges", .needsOwner),
    .row(403, "quota-not-exceeded", .permanent),
    .row(403, "valid-calendar-data", .permanent),
    .row(403, "valid-calendar-object-resource", .permanent),
    .row(403, "supported-calendar-data", .permanent),
    .row(403, "supported-calendar-component", .permanent),
    .row(403, "supported-report", .permanent),
    .row(403, "supported-filter", .permanent),
    .row(403, "max-resource-size", .permanent),
    .row(403, "min-date-time", .permanent),
    .row(403, "max-date-time", .permanent),
    .row(403, "max-attendees-per-instance", .permanent),
    .row(403, "number-of-matches-within-limits", .permanent),
    .row(403, "no-uid-conflict", .permanent),
    .row(403, "unique-scheduling-object-resource", .permanent),
    .row(403, "valid-organizer", .permanent),
    .row(403, "same-organizer-in-all-components", .permanent),
    .row(403, "allowed-organizer-scheduling-object-change", .permanent),
    .row(403, "allowed-attendee-scheduling-object-change", .permanent),
    // Without a name it is the right to write there that is missing.
    .row(403, .needsOwner),
    .row(408, .transient),
    // Somebody changed the event between our look and our write.
    .row(412, .transient),
    .row(423, .transient),
    .row(425, .transient),
    .row(429, .throttled),
    .row(400...499, .permanent),
    .row(500, .inDoubt),
    .row(502, .inDoubt),
    // The one 5xx that says that nothing was done (RFC 9110 section 15.6.4).
    .row(503, .throttled),
    .row(504, .inDoubt),
    .row(501, .permanent),
    .row(505, .permanent),
    .row(507, .permanent),
    .row(508, .permanent),
    .row(500...599, .inDoubt),
    // A redirect that may not be followed, or a success nobody expects.
    .row(0...399, .permanent),
    .row(600...999, .permanent),
  ])

  static func error(_ response: HTTPResponse, to request: HTTPRequest, now: Timestamp)
    -> ProviderError
  {
    table.error(
      response, names: preconditions(of: response), to: request.method, isSafe: request.isSafe,
      now: now)
  }

  static func isExpired(_ response: HTTPResponse) -> Bool {
    table.isExpired(response, names: preconditions(of: response))
  }

  /// The local names of what a DAV:error holds.
  static func preconditions(of response: HTTPResponse) -> Set<String> {
    guard let root = DAVDocument.root(of: response.body), root.name == .dav("error") else {
      return []
    }
    return Set(root.children.map(\.name.local))
  }
}
