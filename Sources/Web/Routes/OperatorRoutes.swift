import Bookings
import Core
import HTTPServer
import Queue

/// Jobs for operators: `/v1/jobs`. An organization's operators see all of its jobs and none of others', nor
/// the server's own chores.
struct OperatorRoutes: Sendable {
  private let parts: WebParts
  /// One seat: a search through many jobs takes its time, and must not take everybody's.
  private let desk = Desk("operator", seats: 1)

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {
    router.on(routes, parts, at: desk)
  }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/v1/jobs", needs: .jobsRead, list),
      KeyedRoute(.get, "/v1/jobs/{id}", needs: .jobsRead, show),
      KeyedRoute.kept("/v1/jobs/{id}/retry", needs: .jobsWrite, parts) { try act(.retry, $0) },
      KeyedRoute.kept("/v1/jobs/{id}/runNow", needs: .jobsWrite, parts) { try act(.runNow, $0) },
      KeyedRoute.kept("/v1/jobs/{id}/cancel", needs: .jobsWrite, parts) { try act(.cancel, $0) },
      KeyedRoute.kept("/v1/jobs/{id}/discard", needs: .jobsWrite, parts) { try act(.discard, $0) },
      KeyedRoute.kept("/v1/jobs/{id}/effects/accept", needs: .jobsWrite, parts) {
        try actOnEffect($0) { .acceptEffect($0) }
      },
      KeyedRoute.kept("/v1/jobs/{id}/effects/resend", needs: .jobsWrite, parts) {
        try actOnEffect($0) { .resendEffect($0) }
      },
      KeyedRoute.kept("/v1/jobs/retry", needs: .jobsWrite, parts) { try actOnMany(.retry, $0) },
      KeyedRoute.kept("/v1/jobs/runNow", needs: .jobsWrite, parts) { try actOnMany(.runNow, $0) },
      KeyedRoute.kept("/v1/jobs/cancel", needs: .jobsWrite, parts) { try actOnMany(.cancel, $0) },
      KeyedRoute.kept("/v1/jobs/discard", needs: .jobsWrite, parts) { try actOnMany(.discard, $0) },
    ] + ActionRoutes(parts).routes + QueueRoutes(parts).routes + FindingRoutes(parts).routes
  }

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let (page, wanted) = try QueryReader.read(request.request) { query in
      let page = try PageRequest(query) { JobID($0) }
      return (page, JobQuery(query, of: request.caller, page))
    }
    let jobs = try parts.records.jobs(wanted)
    let now = parts.time.now()
    return page.response(jobs, cursor: \.id) { writer, job in
      writer.object { job.write(to: &$0, now: now, masked: request.caller.seesOnlyIDs) }
    }
  }

  @Sendable private func show(_ request: KeyedRequest) throws -> Response {
    .json(200, try json(try found(request), request))
  }

  // MARK: - One job

  private func act(_ verb: JobAction.Verb, _ request: KeyedRequest) throws -> Response {
    let job = try found(request)
    let isDryRun =
      try request.hasBody ? JobActionFields(request.json(), of: request).isDryRun : false
    let action = JobAction(verb, by: request.caller)
    do {
      if isDryRun { return .json(200, try parts.records.forecast(action, on: job.id).json) }
      _ = try parts.records.act(action, on: job.id)
    } catch let refusal as JobActionRefusal {
      throw Problem(refusal, of: job.id)
    }
    return .json(
      202, try json(try found(request), request),
      headers: [("Location", "\(parts.publicURL)/v1/jobs/\(job.id)")])
  }

  /// A change of which nobody knows whether it was made: an operator who has looked says so. To have it asked
  /// after at once is an ordinary retry.
  private func actOnEffect(
    _ request: KeyedRequest, _ verb: (String) -> JobAction.Verb
  ) throws -> Response {
    let key = try FieldReader.read(try request.json()) { $0.line("key", length: 1...200) }
    return try actOn(verb(key), request)
  }

  private func actOn(_ verb: JobAction.Verb, _ request: KeyedRequest) throws -> Response {
    let job = try found(request)
    do {
      _ = try parts.records.act(JobAction(verb, by: request.caller), on: job.id)
    } catch let refusal as JobActionRefusal {
      throw Problem(refusal, of: job.id)
    }
    return .json(202, try json(try found(request), request))
  }

  // MARK: - Many

  private func actOnMany(_ verb: JobAction.Verb, _ request: KeyedRequest) throws -> Response {
    let fields = try JobActionFields(try request.json(), of: request)
    guard fields.names else {
      throw Problem.invalid([
        FieldProblem(pointer: .root, detail: "must name at least one filter, such as state or kind")
      ])
    }
    let action = JobAction(verb, by: request.caller)
    if fields.isDryRun {
      return .json(200, try parts.records.forecast(action, on: fields.query).json)
    }
    return .json(202, try parts.patiently { try parts.records.act(action, on: fields.query) }.json)
  }

  private func found(_ request: KeyedRequest) throws -> JobRecord {
    guard let id = JobID(request.parameters[0]),
      let job = try parts.records.job(id, of: request.caller.organization.text)
    else { throw Problem.notFound }
    return job
  }

  /// The job with every attempt, and what is known of its changes at the provider.
  private func json(_ job: JobRecord, _ request: KeyedRequest) throws -> [UInt8] {
    let attempts = try parts.records.attempts(of: job.id)
    let effects = try parts.records.effects(of: job.id)
    var writer = JSONWriter(reservingBytes: 2048)
    writer.object {
      job.write(
        to: &$0, now: parts.time.now(), attempts: attempts, effects: effects,
        masked: request.caller.seesOnlyIDs)
    }
    return writer.bytes
  }
}

extension WebParts {
  /// For what is done to many jobs: it is answered before all are through, since the operators' desk has one seat,
  /// and others wait for it.
  func patiently<Value>(_ body: () throws -> Value) rethrows -> Value {
    try WorkLimit.$current.withValue(
      WorkLimit(deadline: time.monotonic() + .seconds(3)), operation: body)
  }
}

extension JobAction {
  init(_ verb: Verb, by caller: Caller) {
    self.init(verb, organization: caller.organization.text, by: "key \(caller.key.name)")
  }
}

extension Caller {
  /// Guests' words are for those who may read bookings.
  fileprivate var seesOnlyIDs: Bool { !key.scopes.contains(.bookingsRead) }
}

extension KeyedRequest {
  var hasBody: Bool { !request.body.isEmpty }
}

extension JobQuery {
  fileprivate init(_ query: QueryReader, of caller: Caller, _ page: PageRequest<JobID>) {
    self.init(organization: caller.organization.text, limit: page.fetched)
    let words = query.choices("state", among: JobState.words)
    states = JobState.allCases.filter { state in words.contains { JobState(word: $0) == state } }
    kind = query.text("kind", length: 1...Self.longestName).map(JobKind.init(rawValue:))
    queue = query.text("queue", length: 1...Self.longestName)
    lane = query.text("lane", length: 1...Self.longestName).map(LaneID.init(rawValue:))
    since = query.instant("since")
    until = query.instant("until")
    if let since, let until, until <= since { query.report("until", "must be later than since") }
    error = query.choice("error", among: ErrorClass.allCases)
    before = page.cursor
  }

  /// Kinds, queues and lanes are words of our own, none near it.
  static let longestName = 64
}

extension JobState {
  /// What a job's state is shown as: the stored ones, and two words for an available job.
  static let words = allCases.map(\.rawValue) + ["scheduled", "retryable"]

  init?(word: String) {
    self.init(rawValue: ["scheduled", "retryable"].contains(word) ? "available" : word)
  }
}

extension Problem {
  /// Why an operator's action does not apply to a job.
  init(_ refusal: JobActionRefusal, of job: JobID) {
    switch refusal {
    case .notFound: self = .notFound
    case .wrongState(.executing), .overtaken, .decided, .replaced:
      self.init(
        409, Refusal.changeInProgress.rawValue, "Job is busy", "\(job) \(refusal.words).")
    case .wrongState, .notWaiting, .noSuchEffect:
      self.init(409, "invalid", "Not for this job", "\(job) \(refusal.words).")
    }
  }
}
