import Core

/// What Google Calendar's refusals mean, by HTTP status and `errors[].reason` ("Handle API errors" in the
/// Google Calendar API's guides).
enum GoogleOutcome {
  static let table = OutcomeTable([
    .row(400, .permanent),
    // Of the address that is to be called, and not of the account.
    .row(401, "push.webhookurlunauthorized", .permanent),
    .row(401, .needsOwner),
    // Quotas answer with 403 and 429 alike.
    .row(403, "ratelimitexceeded", .throttled),
    .row(403, "userratelimitexceeded", .throttled),
    .row(429, "quotaexceeded", .exhausted(quotaPause)),
    .row(429, .throttled),
    // Too many guests invited or events made in a short time: Google lifts it after hours.
    .row(403, "quotaexceeded", .exhausted(quotaPause)),
    .row(403, "calendarusagelimits", .exhausted(quotaPause)),
    .row(403, "dailylimitexceeded", .exhausted(quotaPause)),
    .row(403, "variabletermlimitexceeded", .exhausted(quotaPause)),
    // The owner gave less than we asked for.
    .row(403, "insufficientpermissions", .needsOwner),
    .row(403, "access_token_scope_insufficient", .needsOwner),
    .row(403, "accessnotconfigured", .permanent),
    .row(403, "service_disabled", .permanent),
    .row(403, "forbiddenfornonorganizer", .permanent),
    .row(403, "forbiddenforserviceaccounts", .permanent),
    .row(403, "requiredaccesslevel", .permanent),
    .row(403, .permanent),
    .row(404, .permanent),
    .row(408, .transient),
    .row(409, "duplicate", .permanent),
    .row(409, .transient),
    .row(410, "deleted", .permanent),
    .row(410, .expired),
    // Somebody changed the event between our look and our write.
    .row(412, .transient),
    .row(400...499, .permanent),
    .row(501, .permanent),
    .row(500...599, .inDoubt),
    .row(0...399, .permanent),
    .row(600...999, .permanent),
  ])

  /// Google says "later"; a try each few hours finds out when that is.
  static let quotaPause = Duration.hours(3)

  /// What a calendar's own entry among free/busy answers is refused with.
  static let busyTable: [String: ProviderError] = [
    "notfound": ProviderError(.permanent, "the calendar is gone, or may not be looked at"),
    "grouptoobig": ProviderError(.permanent, "the calendar is a group with too many members"),
    "toomanycalendarsrequested": ProviderError(.transient, "too many calendars at once"),
    "internalerror": ProviderError(.transient, "Google failed to read the calendar"),
  ]

  static let otherBusyError = ProviderError(.transient, "Google did not read the calendar")

  /// `errors[].reason`, and where Google's newer form says it, `status` and `details[].reason`.
  @Sendable static func names(_ json: JSON) -> Set<String> {
    let error = json["error"]
    let entries = (error?["errors"]?.array ?? []) + (error?["details"]?.array ?? [])
    return Set(entries.compactMap { $0["reason"]?.string?.lowercased() })
  }
}
