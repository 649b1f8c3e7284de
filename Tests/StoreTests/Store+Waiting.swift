import Core
import Intake
import Queue
import Store
import TestSupport

extension JobStore {
  /// Claims and waits for the answer.
  func claim(
    limit: Int = 10, lease: Duration = .seconds(60), kinds: [JobKind] = JobKind.ofTests
  ) throws -> Claim {
    let answered = Latch()
    let outcome = Outcome<Claim>()
    claim(limit: limit, lease: lease, kinds: kinds) {
      outcome.keep($0)
      answered.open()
    }
    try answered.wait()
    return try outcome.get()
  }

  /// Claims the one job that is ready.
  func claimOne(lease: Duration = .seconds(60)) throws -> ClaimedJob {
    let claim = try claim(limit: 1, lease: lease)
    guard let job = claim.jobs.first else { throw NothingReady() }
    return job
  }

  /// Finishes and waits for the answer.
  func finish(
    _ job: ClaimedJob, _ finish: Finish, effects: [Effect] = [], record: Record? = nil,
    followUps: [NewJob] = []
  ) throws {
    let answered = Latch()
    let outcome = Outcome<Void>()
    self.finish(job, finish, effects: effects, record: record, followUps: followUps) {
      outcome.keep($0)
      answered.open()
    }
    try answered.wait()
    try outcome.get()
  }
}

struct NothingReady: Error {}

extension JobKind {
  /// The kinds of which tests enqueue jobs.
  static let ofTests: [JobKind] =
    [
      "chore", "chore1", "urgent0", "slow3", "one", "two", "follow", "kind0", "kind1", "kind2",
      "kind3",
    ].map(JobKind.init(rawValue:)) + [.booking, .reschedule, .cancel, .invitation]
}

extension Ledger {
  /// Transacts and waits for the answer.
  func transact<Value: Sendable>(
    _ body: @escaping @Sendable (any LedgerTransaction) throws -> Value
  ) throws -> Value {
    let answered = Latch()
    let outcome = Outcome<Value>()
    transact(body) {
      outcome.keep($0)
      answered.open()
    }
    try answered.wait()
    return try outcome.get()
  }

  func enqueue(_ job: NewJob) throws -> JobID { try transact { try $0.enqueue(job).id } }
}

extension NewJob {
  /// A job that is only about what a test says of it.
  static func plain(
    _ kind: String = "chore", organization: String? = nil, sequence: String? = nil,
    lane: String? = nil, uniqueKey: String? = nil, runAt: Timestamp? = nil,
    deadline: Timestamp? = nil
  ) -> NewJob {
    NewJob(
      kind: JobKind(rawValue: kind), payload: [:], organization: organization, sequence: sequence,
      lane: lane.map(LaneID.init(rawValue:)), uniqueKey: uniqueKey, runAt: runAt, deadline: deadline
    )
  }
}

extension Finish {
  static let completed = Finish(next: .completed, outcome: "completed")
  static let discarded = Finish(
    next: .discarded(), outcome: "discard", error: JobError(.permanent, "gone"))
  static let cancelled = Finish(next: .cancelled(reason: "not needed"), outcome: "cancel")
  static let parked = Finish(
    next: .parked(reason: "needs owner"), givesAttemptBack: true, outcome: "park",
    error: JobError(.needsOwner, "needs owner"))
  static func retry(at instant: Timestamp) -> Finish {
    Finish(next: .again(at: instant), outcome: "retry", error: JobError(.transient, "503"))
  }
  static func snooze(until instant: Timestamp) -> Finish {
    Finish(next: .again(at: instant), givesAttemptBack: true, outcome: "snooze")
  }
}

extension JobRecord {
  /// The job that comes before it in its sequence.
  var heldBy: JobID? { if case .sequence(let id) = obstacle { id } else { nil } }
}

extension Store {
  /// Why the job could not be retried; nil where it was.
  func retry(_ id: JobID, of organization: String? = nil) throws -> JobActionRefusal? {
    try refusal(.retry, id, of: organization)
  }

  /// Why the verb did not apply; nil where it did.
  func refusal(
    _ verb: JobAction.Verb, _ id: JobID, of organization: String? = nil
  ) throws -> JobActionRefusal? {
    do {
      _ = try act(JobAction(verb, organization: organization, by: "Grace"), on: id)
      return nil
    } catch let refusal as JobActionRefusal {
      return refusal
    }
  }
}
