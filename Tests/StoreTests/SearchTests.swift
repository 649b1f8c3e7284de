import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// Which index is walked over depends on what is asked for; what is found must not.
struct SearchTests {
  private static let organizations = [nil, "org_1", "org_2"]
  private static let lanes = [nil, "con_g", "shared"].map { $0.map(LaneID.init(rawValue:)) }
  private static let kinds = ["booking", "chore1", "kind2"].map(JobKind.init(rawValue:))

  let world: StoreWorld
  let store: Store

  init() throws {
    world = try StoreWorld(inMemory: true)
    let host = LinkHost(id: HostID("hst_2"), name: "Eve", email: "eve@example.com")
    try world.addOrganization(OrganizationID("org_2"), host: host, calendars: [CalendarID("cal_3")])
    try world.addAccount("con_g")
    store = try StoreWorld.open(folder: world.folder.path, world.time, bootID: "searching") {
      ["google", "shared"].contains($0) ? LanePolicy(concurrency: 1000) : nil
    }
  }

  /// Close together, a few in each run of ids of the index by lanes, and in many stretches of it, of which most
  /// are noted.
  @Test(arguments: [1, 331, 9001])
  func everyFilterFindsWhatFits(_ step: Int) throws {
    try addJobs(150)
    try world.execute("UPDATE jobs SET id = id * \(step)")
    try world.noteSpans()
    while try store.noteNextStretch() {}
    var all = JobQuery(organization: nil, limit: 1000)
    let jobs = try store.jobs(all)
    #expect(jobs.count == 150)
    all.limit = 7
    for query in queries(all, before: JobID(number: Int64(75 * step))) {
      let fitting = jobs.filter { job in
        (query.organization == nil || job.organization == query.organization)
          && (query.lane == nil || job.lane == query.lane)
          && (query.kind == nil || job.kind == query.kind)
          && (query.states.isEmpty || query.states.contains(job.state))
          && (query.error == nil || job.error?.kind == query.error)
          && query.before.map { job.id < $0 } ?? true
      }
      let found = try store.jobs(query).map(\.id)
      try #require(found == fitting.prefix(7).map(\.id), "\(query)")
    }
  }

  @Test func anActionOnManyLooksAtThoseItCanApplyTo() throws {
    try addJobs(150)
    let jobs = try store.jobs(JobQuery(organization: nil, limit: 1000))
    let query = JobQuery(organization: nil, limit: 1)
    let forecast = try store.forecast(JobAction(.retry, organization: nil, by: "test"), on: query)
    let retried: Set<JobState> = [.available, .parked, .cancelled, .discarded]
    #expect(forecast.jobs == jobs.count { retried.contains($0.state) })
    #expect(forecast.refusedCount == 0)
    let record = try store.act(JobAction(.cancel, organization: nil, by: "test"), on: query)
    #expect(record.jobs == jobs.count { !$0.state.isFinal })
  }

  private func queries(_ all: JobQuery, before: JobID) -> [JobQuery] {
    let states: [[JobState]] =
      [[], [.discarded, .parked], [.cancelled, .discarded], [.completed, .available]]
      + JobState.allCases.map { [$0] }
    var queries: [JobQuery] = []
    for organization in Self.organizations {
      for lane in Self.lanes + [LaneID(rawValue: "nobody's")] {
        for kind in [nil, Self.kinds[0], JobKind(rawValue: "never")] {
          for error in [nil, ErrorClass.permanent, .transient] {
            for states in states {
              var query = all
              query.organization = organization
              query.lane = lane
              query.kind = kind
              query.error = error
              query.states = states
              queries.append(query)
              query.before = before
              queries.append(query)
            }
          }
        }
      }
    }
    return queries
  }

  // MARK: - Jobs of all sorts

  private func addJobs(_ count: Int) throws {
    let randomness = Randomness(seed: 7)
    func one<Value>(of values: [Value]) -> Value {
      values[Int(randomness.next() % UInt64(values.count))]
    }
    let ends: [Finish?] = [
      nil, .completed, .completed, .completed, .cancelled, .discarded, .parked,
      Finish(
        next: .again(at: world.time.now() + .days(1)), outcome: "retry",
        error: JobError(.transient, "no answer")),
    ]
    for _ in 0..<count {
      let lane = one(of: Self.lanes)
      // An account's jobs are its owner's.
      let organization = lane == Self.lanes[1] ? "org_1" : one(of: Self.organizations)
      let end = one(of: ends)
      let job = NewJob(
        kind: one(of: Self.kinds), payload: [:], organization: organization, lane: lane,
        runAt: end == nil && one(of: [true, false]) ? world.time.now() + .hours(1) : nil)
      _ = try store.enqueue(job)
      guard job.runAt == nil else { continue }
      let claimed = try store.claimOne()
      if let end { try store.finish(claimed, end) }
    }
  }
}
