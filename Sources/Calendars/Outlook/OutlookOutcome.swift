import Core

/// What Microsoft Graph's refusals mean, by HTTP status and `error.code`, never by the message (Graph's
/// "error responses" and "throttling" guides).
enum OutlookOutcome {
  static let table = OutcomeTable([
    // Throttling has several names and may come with any status.
    .row(400...599, "applicationthrottled", .throttled),
    .row(400...599, "toomanyrequests", .throttled),
    .row(400...599, "activitylimitreached", .throttled),
    .row(400...499, "mailboxnotenabledforrestapi", .permanent),
    // The reading of changes is to be begun anew, under whichever status.
    .row(400...499, "syncstatenotfound", .expired),
    .row(400...499, "syncstateinvalid", .expired),
    .row(400...499, "resyncrequired", .expired),
    // The address that is to be called did not prove itself, which may be our own server's bad moment.
    .row(400, "validationerror", .transient),
    .row(400, .permanent),
    .row(401, .needsOwner),
    .row(403, "erroraccessdenied", .needsOwner),
    .row(403, "authorization_requestdenied", .needsOwner),
    .row(403, .permanent),
    .row(404, .permanent),
    .row(408, .transient),
    .row(409, "errorduplicatetransactionid", .permanent),
    // Two changed the same event at once.
    .row(409, .transient),
    .row(410, .expired),
    .row(412, .transient),
    .row(423, .throttled),
    .row(424, .transient),
    .row(429, .throttled),
    .row(400...499, .permanent),
    .row(501, .permanent),
    .row(503, .throttled),
    .row(507, .permanent),
    .row(509, .throttled),
    .row(500...599, .inDoubt),
    .row(0...399, .permanent),
    .row(600...999, .permanent),
  ])

  @Sendable static func names(_ json: JSON) -> Set<String> {
    Set([json["error"]?["code"]?.string?.lowercased()].compactMap(\.self))
  }

  /// How Graph says that it has seen the transaction before; the status differs.
  static func isDuplicate(_ answer: RESTAnswer) -> Bool {
    (400...499).contains(answer.status)
      && names(answer.json).contains("errorduplicatetransactionid")
  }
}
