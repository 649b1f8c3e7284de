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
      KeyedRoute(.post, "/v1/jobs/{id}/retry", needs: .jobsWrite, retry),
    ]
  }

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let (page, wanted) = try QueryReader.read(request.request) { query in
      let page = try PageRequest(query) { JobID($0) }
      return (page, JobQuery(query, of: request.caller, page))
    }
    let jobs = try parts.records.jobs(wanted)
    let now = parts.time.now()
    return page.response(jobs, cursor: \.id) { writer, job in
      writer.object { job.write(to: &$0, now: now) }
    }
  }

  @Sendable private func show(_ request: KeyedRequest) throws -> Response {
    .json(200, try json(try found(request)))
  }

  @Sendable private func retry(_ request: KeyedRequest) throws -> Response {
    let job = try found(request)
    let action = JobAction(
      .retry, organization: request.caller.organization.text, by: request.caller.key.name)
    do {
      _ = try parts.records.act(action, on: job.id)
    } catch let refusal as JobActionRefusal {
      throw Problem(refusal, of: job.id)
    }
    return .json(
      202, try json(try found(request)),
      headers: [("Location", "\(parts.publicURL)/v1/jobs/\(job.id)")])
  }

  private func found(_ request: KeyedRequest) throws -> JobRecord {
    guard let id = JobID(request.parameters[0]),
      let job = try parts.records.job(id, of: request.caller.organization.text)
    else { throw Problem.notFound }
    return job
  }

  /// The job with every attempt.
  private func json(_ job: JobRecord) throws -> [UInt8] {
    let attempts = try parts.records.attempts(of: job.id)
    var writer = JSONWriter(reservingBytes: 2048)
    writer.object { job.write(to: &$0, now: parts.time.now(), attempts: attempts) }
    return writer.bytes
  }
}

extension JobQuery {
  fileprivate init(_ query: QueryReader, of caller: Caller, _ page: PageRequest<JobID>) {
    self.init(organization: caller.organization.text, limit: page.fetched)
    let words = query.choices("state", among: JobState.words)
    states = JobState.allCases.filter { state in words.contains { JobState(word: $0) == state } }
    kind = query.text("kind", length: 1...Self.longestName).map(JobKind.init(rawValue:))
    queue = query.text("queue", length: 1...Self.longestName)
    since = query.instant("since")
    until = query.instant("until")
    if let since, let until, until <= since { query.report("until", "must be later than since") }
    error = query.choice("error", among: ErrorClass.allCases)
    before = page.cursor
  }

  /// Kinds and queues are words of our own, none near it.
  private static let longestName = 64
}

extension JobState {
  /// What a job's state is shown as: the stored ones, and two words for an available job.
  fileprivate static let words = allCases.map(\.rawValue) + ["scheduled", "retryable"]

  fileprivate init?(word: String) {
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
