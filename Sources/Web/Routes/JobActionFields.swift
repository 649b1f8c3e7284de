import Core
import Queue

/// What an operator sends to act on many jobs: the filters of `GET /v1/jobs`, and whether only to say what
/// would happen.
struct JobActionFields: Sendable {
  let query: JobQuery
  let isDryRun: Bool
  /// Whether it names any filter: none would be everything.
  let names: Bool

  init(_ json: JSON, of request: KeyedRequest) throws(FieldProblems) {
    let organization = request.caller.organization.text
    self = try FieldReader.read(json) { fields in
      var query = JobQuery(organization: organization, limit: 1)
      let words = fields.optionalStrings("state", count: 1...JobState.words.count, length: 1...30)
      for word in words ?? [] where !JobState.words.contains(word) {
        fields.report("state", "must hold words such as \(JobState.words.joined(separator: ", "))")
      }
      query.states = JobState.allCases.filter { state in
        (words ?? []).contains { JobState(word: $0) == state }
      }
      query.kind = fields.optionalLine("kind", length: 1...JobQuery.longestName)
        .map(JobKind.init(rawValue:))
      query.queue = fields.optionalLine("queue", length: 1...JobQuery.longestName)
      query.lane = fields.optionalLine("lane", length: 1...JobQuery.longestName)
        .map(LaneID.init(rawValue:))
      query.since = fields.optionalInstant("since")
      query.until = fields.optionalInstant("until")
      if let since = query.since, let until = query.until, until <= since {
        fields.report("until", "must be later than since")
      }
      query.error = fields.optionalChoice("error", ErrorClass.self)
      let isDryRun = fields.optionalBoolean("dryRun") ?? false
      let names = fields.names.contains { $0 != "dryRun" }
      return JobActionFields(query: query, isDryRun: isDryRun, names: names)
    }
  }

  private init(query: JobQuery, isDryRun: Bool, names: Bool) {
    self.query = query
    self.isDryRun = isDryRun
    self.names = names
  }
}
