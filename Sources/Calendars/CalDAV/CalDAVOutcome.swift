import Core
import HTTPClient

/// What a CalDAV server's refusal means, as one table: the first row that fits decides.
struct CalDAVOutcome: Sendable {
  enum Meaning: Sendable {
    case transient, throttled, needsOwner, permanent
    /// Nobody can tell whether a write was done; a read is tried again.
    case inDoubt
  }

  let statuses: ClosedRange<Int>
  /// The precondition that the answer's DAV:error names (RFC 4918 section 16); nil fits any.
  let precondition: String?
  let meaning: Meaning

  static let table: [CalDAVOutcome] = [
    row(401, .needsOwner),
    // Everything else that a 403 can name is about the event: it will be refused again.
    row(403, "need-privileges", .needsOwner),
    row(403, "quota-not-exceeded", .permanent),
    row(403, "valid-calendar-data", .permanent),
    row(403, "valid-calendar-object-resource", .permanent),
    row(403, "supported-calendar-data", .permanent),
    row(403, "supported-calendar-component", .permanent),
    row(403, "supported-report", .permanent),
    row(403, "supported-filter", .permanent),
    row(403, "max-resource-size", .permanent),
    row(403, "min-date-time", .permanent),
    row(403, "max-date-time", .permanent),
    row(403, "max-attendees-per-instance", .permanent),
    row(403, "number-of-matches-within-limits", .permanent),
    row(403, "no-uid-conflict", .permanent),
    row(403, "unique-scheduling-object-resource", .permanent),
    row(403, "valid-organizer", .permanent),
    row(403, "same-organizer-in-all-components", .permanent),
    row(403, "allowed-organizer-scheduling-object-change", .permanent),
    row(403, "allowed-attendee-scheduling-object-change", .permanent),
    // Without a name it is the right to write there that is missing.
    row(403, .needsOwner),
    row(408, .transient),
    // Somebody changed the event between our look and our write.
    row(412, .transient),
    row(423, .transient),
    row(425, .transient),
    row(429, .throttled),
    row(400...499, .permanent),
    row(500, .inDoubt),
    row(502, .inDoubt),
    // The one 5xx that says that nothing was done (RFC 9110 section 15.6.4).
    row(503, .throttled),
    row(504, .inDoubt),
    row(501, .permanent),
    row(505, .permanent),
    row(507, .permanent),
    row(508, .permanent),
    row(500...599, .inDoubt),
    // A redirect that may not be followed, or a success nobody expects.
    row(0...399, .permanent),
    row(600...999, .permanent),
  ]

  /// The error that an answer means. The message holds the method, the status and a precondition that the
  /// table knows, nothing else of what the server sent.
  static func error(_ response: HTTPResponse, to request: HTTPRequest, now: Timestamp)
    -> ProviderError
  {
    let named = preconditions(of: response)
    let row = table.first { row in
      row.statuses.contains(response.status)
        && row.precondition.map { named.contains($0) } ?? true
    }
    let name = row?.precondition.map { " (\($0))" } ?? ""
    let message = "\(request.method) was answered with \(response.status)\(name)"
    switch row?.meaning ?? .permanent {
    case .transient: return ProviderError(.transient, message)
    case .needsOwner: return ProviderError(.needsOwner, message)
    case .permanent: return ProviderError(.permanent, message)
    case .inDoubt: return ProviderError(request.isSafe ? .transient : .unknownOutcome, message)
    case .throttled:
      let until = RetryAfter.instant(response.header("Retry-After"), now: now)
      return ProviderError(
        until == nil && response.status == 503 ? .transient : .throttled(until: until), message)
    }
  }

  /// The local names of what a DAV:error holds.
  static func preconditions(of response: HTTPResponse) -> Set<String> {
    guard let root = DAVDocument.root(of: response.body), root.name == .dav("error") else {
      return []
    }
    return Set(root.children.map(\.name.local))
  }

  private static func row(
    _ status: Int, _ precondition: String, _ meaning: Meaning
  ) -> CalDAVOutcome {
    CalDAVOutcome(statuses: status...status, precondition: precondition, meaning: meaning)
  }

  private static func row(_ status: Int, _ meaning: Meaning) -> CalDAVOutcome {
    row(status...status, meaning)
  }

  private static func row(_ statuses: ClosedRange<Int>, _ meaning: Meaning) -> CalDAVOutcome {
    CalDAVOutcome(statuses: statuses, precondition: nil, meaning: meaning)
  }
}
