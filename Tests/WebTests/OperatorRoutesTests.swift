import Core
import HTTPServer
import Queue
import Testing

@testable import Web

@Suite struct OperatorRoutesTests {
  private let world = AgentWorld()

  private func add(_ jobs: JobRecord...) { world.records.change { $0.jobs += jobs } }

  @Test func aListShowsTheOrganizationsJobsAndNoChoresOfTheServer() throws {
    add(.fixture(1), .fixture(2, organization: "org_theirs"), .fixture(3, organization: nil))
    add(.fixture(4))
    #expect(try world.send(.get, "/v1/jobs").ids == ["job_4", "job_1"])
    #expect(try world.send(.get, "/v1/jobs", key: AgentWorld.strangersKey).ids == ["job_2"])
  }

  @Test func filtersReachTheRecords() throws {
    let answer = try world.send(
      .get, "/v1/jobs",
      query: [
        ("state", "retryable,parked"), ("state", "executing"), ("kind", "booking"),
        ("queue", "calendar"), ("since", "2026-03-01T00:00:00Z"),
        ("until", "2026-03-02T00:00:00Z"), ("error", "throttled"), ("cursor", "job_9"),
        ("limit", "200"),
      ])
    #expect(answer.status == 200)
    let asked = try #require(try world.records.read { $0.jobQuery })
    #expect(asked.organization == "org_ours")
    #expect(Set(asked.states) == [.available, .parked, .executing])
    #expect(asked.kind == .booking)
    #expect(asked.queue == "calendar")
    #expect(asked.since == Timestamp(rfc3339: "2026-03-01T00:00:00Z"))
    #expect(asked.until == Timestamp(rfc3339: "2026-03-02T00:00:00Z"))
    #expect(asked.error == .throttled)
    #expect(asked.before == JobID(number: 9))
    #expect(asked.limit == 201)
  }

  @Test(arguments: [
    ([("state", "failed")], "?state"), ([("state", "parked,")], "?state"),
    ([("error", "bad")], "?error"), ([("since", "1")], "?since"), ([("kind", "")], "?kind"),
    ([("since", "2026-03-02T00:00:00Z"), ("until", "2026-03-01T00:00:00Z")], "?until"),
    ([("limit", "1000")], "?limit"), ([("lain", "x")], "?lain"),
  ])
  func aQueryAtFaultIsNamed(_ query: [Request.QueryItem], _ pointer: String) throws {
    let answer = try world.send(.get, "/v1/jobs", query: query)
    #expect(answer.status == 422)
    #expect(answer.pointers == [pointer])
  }

  @Test(arguments: ["job_", "job_0", "job_-1", "job_x", "7", "job_99999999999999999999"])
  func aCursorOfSomebodysMakingIsMalformed(_ cursor: String) throws {
    #expect(try world.send(.get, "/v1/jobs", query: [("cursor", cursor)]).status == 400)
  }

  @Test func followingTheCursorMeetsEveryJobOnce() throws {
    for number in 1...7 { add(.fixture(Int64(number))) }
    var seen: [String] = []
    var query: [Request.QueryItem] = [("limit", "3")]
    for _ in 0..<4 {
      let page = try world.send(.get, "/v1/jobs", query: query)
      seen += page.ids
      guard let cursor = page.json["nextCursor"]?.string else { break }
      query = [("limit", "3"), ("cursor", cursor)]
    }
    #expect(seen == (1...7).reversed().map { "job_\($0)" })
  }

  @Test func aJobSaysWhatItWaitsForAndWhatWasTried() throws {
    let error = JobError(.throttled, "the provider asked for patience")
    add(.fixture(1, runAt: AgentWorld.now + .minutes(5), attempt: 2, error: error))
    world.records.change { state in
      state.attempts[JobID(number: 1)] = (1...2).map {
        AttemptRecord(
          fence: $0, attempt: $0, startedAt: AgentWorld.now, endedAt: AgentWorld.now,
          outcome: "retry", error: error)
      }
    }
    let job = try world.send(.get, "/v1/jobs/job_1").json
    #expect(job["state"] == "retryable")
    #expect(job["waitingFor"] == "its time, 2026-03-02T12:05:00Z")
    #expect(job["payload"] == ["bookingId": "bkg_1"])
    #expect(
      job["error"] == ["class": "throttled", "message": "the provider asked for patience"])
    #expect(job["attempts"]?.array?.count == 2)
    #expect(job["attempts"]?.array?.last?["attempt"] == 2)
    #expect(job["attempts"]?.array?.last?["error"]?["class"] == "throttled")
    #expect(job["deadline"] == .null)
  }

  @Test(arguments: ["job_2", "job_3", "job_4", "job_none", "1"])
  func aJobThatIsNotTheOrganizationsIsAsIfItWereNotThere(_ id: String) throws {
    add(.fixture(1), .fixture(2, organization: "org_theirs"), .fixture(3, organization: nil))
    let missing = try world.send(.get, "/v1/jobs/job_99")
    #expect(missing.status == 404)
    #expect(try world.send(.get, "/v1/jobs/\(id)").text == missing.text)
    #expect(try world.send(.post, "/v1/jobs/\(id)/retry").text == missing.text)
    #expect(try world.records.read { $0.acted.isEmpty })
  }

  @Test func aRetryAnswersWithTheJob() throws {
    add(.fixture(1, .discarded))
    let answer = try world.send(.post, "/v1/jobs/job_1/retry")
    #expect(answer.status == 202)
    #expect(answer.json["id"] == "job_1")
    #expect(answer.header("Location") == "https://book.example/v1/jobs/job_1")
    #expect(try world.records.read { $0.acted.map(\.job) } == [JobID(number: 1)])
  }

  // MARK: - Idempotency

  @Test func anEqualRequestGetsTheSameAnswerAndDoesNothing() throws {
    add(.fixture(1, .discarded))
    let headers: KeyValuePairs = ["Idempotency-Key": "retry-of-monday"]
    let first = try world.send(.post, "/v1/jobs/job_1/retry", headers: headers)
    world.records.change { $0.jobs = [.fixture(1, .completed)] }
    let second = try world.send(.post, "/v1/jobs/job_1/retry", headers: headers)
    #expect(first.status == 202)
    #expect(second.status == first.status && second.text == first.text)
    #expect(second.header("Location") == first.header("Location"))
    #expect(try world.records.read { $0.acted.count } == 1)
    // Without a key, or under another, it is another request.
    _ = try world.send(.post, "/v1/jobs/job_1/retry")
    _ = try world.send(
      .post, "/v1/jobs/job_1/retry", headers: ["Idempotency-Key": "retry-of-tuesday"])
    #expect(try world.records.read { $0.acted.count } == 3)
  }

  @Test(arguments: ["/v1/jobs/job_1/cancel", "/v1/jobs/job_2/retry"])
  func theSameKeyForAnotherRequestIsRefused(_ path: String) throws {
    add(.fixture(1, .discarded), .fixture(2, .discarded))
    let headers: KeyValuePairs = ["Idempotency-Key": "retry-of-monday"]
    #expect(try world.send(.post, "/v1/jobs/job_1/retry", headers: headers).status == 202)
    let other = try world.send(.post, path, headers: headers)
    #expect(other.status == 422)
    #expect(other.problem == "idempotency-mismatch")
    #expect(try world.records.read { $0.acted.count } == 1)
  }

  @Test func aRefusalDoesNotBurnTheKey() throws {
    add(.fixture(1, .executing))
    world.records.change { $0.refusal = .wrongState(.executing) }
    let headers: KeyValuePairs = ["Idempotency-Key": "retry-of-monday"]
    #expect(try world.send(.post, "/v1/jobs/job_1/retry", headers: headers).status == 409)
    world.records.change { $0.refusal = nil }
    #expect(try world.send(.post, "/v1/jobs/job_1/retry", headers: headers).status == 202)
  }

  @Test func aKeyThatIsNoneIsMalformed() throws {
    add(.fixture(1, .discarded))
    let answer = try world.send(
      .post, "/v1/jobs/job_1/retry", headers: ["Idempotency-Key": "short"])
    #expect(answer.status == 400)
    #expect(try world.records.read { $0.acted.isEmpty })
  }

  /// Every POST of an operator's keeps its answer.
  @Test func noPostForgetsItsKey() throws {
    let document = try JSON.parse(Array(OpenAPI.document.utf8))
    let paths = try #require(document["paths"]?.object)
    var forgetful: [String] = []
    for (path, item) in paths.members {
      guard let post = item["post"], post["tags"]?.array?.first == "operator" else { continue }
      let parameters = (post["parameters"]?.array ?? []).map { $0["$ref"]?.string ?? "" }
      if !parameters.contains("#/components/parameters/idempotencyKey") { forgetful.append(path) }
    }
    #expect(forgetful == [])
  }

  @Test(arguments: [
    (JobActionRefusal.wrongState(.executing), 409, "change-in-progress", "is executing"),
    (.wrongState(.awaitingApproval), 409, "invalid", "awaitingApproval"),
    (.wrongState(.completed), 409, "invalid", "completed"),
    (.decided(.cancel), 409, "change-in-progress", "ended already"),
    (.overtaken(by: JobID(number: 8)), 409, "change-in-progress", "job_8"),
    (.notFound, 404, "not-found", "nothing"),
  ])
  func aRetryThatCannotBeSaysWhy(
    _ refusal: JobActionRefusal, _ status: Int, _ problem: String, _ words: String
  ) throws {
    add(.fixture(1))
    world.records.change { $0.refusal = refusal }
    let answer = try world.send(.post, "/v1/jobs/job_1/retry")
    #expect(answer.status == status)
    #expect(answer.problem == problem)
    #expect(answer.text.contains(words))
  }
}
