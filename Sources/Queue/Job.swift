import Core

/// A job's number, given when it is enqueued; ids of one database rise in that order.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: Int64

  package init(number: Int64) { self.number = number }

  /// Reads `job_42`, as `description` writes it.
  package init?(_ text: some StringProtocol) {
    guard text.hasPrefix("job_"), let number = Int64(text.dropFirst(4)), number > 0 else {
      return nil
    }
    self.number = number
  }

  package var description: String { "job_\(number)" }
  package static func < (a: JobID, b: JobID) -> Bool { a.number < b.number }
}

/// What became of an enqueue.
package struct Enqueued: Sendable, Equatable {
  package let id: JobID
  package enum Result: Sendable, Equatable {
    case added
    /// A job with the same unique key has not ended yet: its id, and nothing was added.
    case exists
    /// It has ended already, with the job that it would have undone: that one had not begun.
    case void
  }
  package let result: Result

  package init(id: JobID, result: Result) {
    self.id = id
    self.result = result
  }
}

/// A job to be enqueued. What its definition says (queue, priority, attempts) is looked up when it is
/// stored.
package struct NewJob: Sendable, Equatable {
  package let kind: JobKind
  /// JSON text, written where the job is made and not on the store's thread.
  package let payload: String
  /// The organization whose work it is, and which may see it; nil for the server's own chores.
  package let organization: String?
  /// Jobs of one sequence run strictly in order of their ids, through retries.
  package let sequence: String?
  /// The account at a provider that it uses.
  package let lane: LaneID?
  /// While a job with this key has not ended, another one is not added.
  package private(set) var uniqueKey: String?
  /// It waits for its owner's word first.
  package let needsApproval: Bool
  /// The earliest time to run; nil is at once.
  package let runAt: Timestamp?
  /// No retry is planned past it.
  package let deadline: Timestamp?

  package init(
    kind: JobKind, payload: JSON, organization: String? = nil, sequence: String? = nil,
    lane: LaneID? = nil, uniqueKey: String? = nil, needsApproval: Bool = false,
    runAt: Timestamp? = nil, deadline: Timestamp? = nil
  ) {
    self.kind = kind
    self.payload = String(decoding: payload.serialized(), as: UTF8.self)
    self.organization = organization
    self.sequence = sequence
    self.lane = lane
    self.uniqueKey = uniqueKey
    self.needsApproval = needsApproval
    self.runAt = runAt
    self.deadline = deadline
  }

  package func keyed(_ uniqueKey: String) -> NewJob {
    var job = self
    job.uniqueKey = uniqueKey
    return job
  }
}

/// The right to run one claim of a job. Every write of its runner names it; once another claim has raised
/// the fence, or the job is no longer executing, the write matches no row and the lease is lost.
package struct Lease: Hashable, Sendable {
  package let job: JobID
  package let fence: Int

  package init(job: JobID, fence: Int) {
    self.job = job
    self.fence = fence
  }
}

/// A job as its runner gets it.
package struct ClaimedJob: Sendable, Equatable {
  package let lease: Lease
  package let kind: JobKind
  /// JSON text, read by the handler and not by the store's thread.
  package let payload: String
  /// Which attempt this is, 1 for the first; the claim has counted it.
  package let attempt: Int
  package let maxAttempts: Int
  package let sequence: String?
  /// The lane in which it takes a place.
  package let lane: LaneID?
  /// It is claimed to be ended, not to be run.
  package let verdict: Verdict?
  /// With a verdict: why.
  package let reason: String?
  package let deadline: Timestamp?
  package let startedAt: Timestamp
  package let enqueuedAt: Timestamp

  package init(
    lease: Lease, kind: JobKind, payload: String, attempt: Int, maxAttempts: Int,
    sequence: String? = nil, lane: LaneID? = nil, verdict: Verdict? = nil, reason: String? = nil,
    deadline: Timestamp?, startedAt: Timestamp, enqueuedAt: Timestamp
  ) {
    self.lease = lease
    self.kind = kind
    self.payload = payload
    self.attempt = attempt
    self.maxAttempts = maxAttempts
    self.sequence = sequence
    self.lane = lane
    self.verdict = verdict
    self.reason = reason
    self.deadline = deadline
    self.startedAt = startedAt
    self.enqueuedAt = enqueuedAt
  }
}
