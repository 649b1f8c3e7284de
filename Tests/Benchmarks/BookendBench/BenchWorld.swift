import Bookings
import Core
import Foundation
import Queue
import SQLite
import Store
import Synchronization

/// A store on a file, with the definitions of `jobs/` and a hundred accounts, whose lanes have a rate that is
/// worked out as ever and binds nobody, and so many places.
struct BenchWorld {
  static let lanes = 100

  let database: Database
  let store: Store
  let definitions: JobDefinitions
  let organization: OrganizationID
  /// What a measurement has claimed and not yet finished.
  let hand = Hand()

  final class Hand: Sendable { let jobs = Mutex<[ClaimedJob]>([]) }

  /// As many places as Google's lanes have by default.
  static let usualPlaces = 8

  init(path: String, places: Int = usualPlaces) throws {
    let definitions = try JobDefinitions.load(
      directory: "jobs",
      handlers: [
        .booking, .reschedule, .cancel, .invitation, .follow, .observe, .prune, .reconcile, .poll,
      ])
    self.definitions = definitions
    database = try Database(path: path, migrator: schema, time: SystemTime())
    store = try Store(
      database: database, lockDirectory: path + "-locks", bootID: "bench-\(nanoseconds())",
      policy: { definitions.definition(of: $0)?.enqueuePolicy ?? .unknown },
      lanePolicy: { provider in
        provider == Connection.Provider.local.rawValue
          ? nil : LanePolicy(concurrency: places, ratePerSecond: 1000, burst: 1000)
      })
    organization = try BenchWorld.addAccounts(to: store)
  }

  /// The accounts belong to whoever the database belongs to.
  private static func addAccounts(to store: Store) throws -> OrganizationID {
    let organization = try store.organizations().first?.id ?? OrganizationID("org_bench")
    let host = HostRecord(
      id: HostID("hst_bench"), organization: organization, name: "Bench", email: "b@example.org",
      timeZone: "UTC")
    if try store.organizations().isEmpty {
      try store.insertOrganization(organization, name: "Bench")
    }
    if try store.connection(ConnectionID(lane(0).rawValue)) != nil { return organization }
    try store.insert(host)
    for number in 0..<lanes {
      let connection = Connection(
        id: ConnectionID(lane(number).rawValue), organization: organization, host: host.id,
        provider: .google, name: "Account \(number)", url: "", username: "bench\(number)",
        state: .connected, createdAt: store.now())
      try store.insert(connection, secret: nil, calendars: [])
    }
    return organization
  }

  static func lane(_ number: Int) -> LaneID {
    LaneID(rawValue: "con_" + String(1000 + number % lanes).dropFirst())
  }

  func close() { store.close() }
}

// MARK: - Jobs

extension BenchWorld {
  /// As Intake enqueues a booking's job.
  func job(
    _ kind: JobKind, booking: String, lane: LaneID? = nil, isSequenced: Bool = true
  ) -> NewJob {
    let payload: JSON =
      kind == .invitation
      ? [
        "version": 1, "bookingId": .string(booking), "revision": 0, "message": "confirmed",
        "recipient": "guest", "start": "2026-03-02T08:00:00Z",
      ] : ["version": 1, "bookingId": .string(booking)]
    let prefix = kind == .invitation ? "mail:\(booking):guest" : "booking:\(booking)"
    return NewJob(
      kind: kind, payload: payload, organization: organization.text,
      sequence: isSequenced ? prefix : nil, lane: lane,
      deadline: store.now() + .days(40))
  }

  @discardableResult
  func enqueue(_ jobs: [NewJob]) throws -> [JobID] {
    try waiting { done in
      store.transact({ ledger in try jobs.map { try ledger.enqueue($0).id } }, completion: done)
    }
  }

  func claim(_ limit: Int, kinds: [JobKind] = [.booking, .reschedule, .cancel, .invitation]) throws
    -> [ClaimedJob]
  {
    try waiting { done in
      store.claim(limit: limit, lease: .seconds(60), kinds: kinds, completion: done)
    }.jobs
  }

  func finish(
    _ job: ClaimedJob, _ finish: Finish = .after(.completed), effects: [Effect] = []
  ) throws {
    try waiting { done in
      store.finish(
        job, finish, effects: effects, record: nil, followUps: [], completion: done)
    }
  }

  func claimToHand(_ limit: Int) throws {
    let claimed = try claim(limit)
    hand.jobs.withLock { $0 = claimed }
  }

  /// What is in the hand, all in one commit if they come in time.
  func finishHand() {
    finish(
      hand.jobs.withLock { jobs in
        defer { jobs = [] }
        return jobs
      })
  }

  func finish(_ jobs: [ClaimedJob]) {
    let group = DispatchGroup()
    for job in jobs {
      group.enter()
      store.finish(job, .after(.completed), effects: [], record: nil, followUps: []) { result in
        if case .failure(let error) = result { fatalError("\(error)") }
        group.leave()
      }
    }
    group.wait()
  }

  private func waiting<Value: Sendable>(
    _ body: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
  ) throws -> Value {
    let answer = Answered<Value>()
    body { answer.give($0) }
    return try answer.take()
  }
}
