import Core

/// Where jobs live: the port between the pool and the database. `Record` is what a handler wants recorded
/// in the same transaction as the job's end; the queue does not look into it.
///
/// A job passes through it like this: enqueue (inside the transaction of what asks for it) → `claim` →
/// run → `finish`. All of the following holds across crashes of the process and of the machine:
/// - What an enqueue, a claim or a finish has answered is on the disk.
/// - At any moment at most one lease of a job is valid: the one with its highest fence, while the job is
///   executing. `extend` and `finish` with any other change nothing and throw `leaseLost`.
/// - Of the jobs of one sequence, only the first that has not ended is ever claimed.
package protocol JobStore<Record>: Sendable {
  associatedtype Record: Sendable

  /// Claims up to `limit` ready jobs: lowest priority number first, then the earliest `runAt`, then the
  /// lowest id. Each gets its attempt counted, its fence raised, and a lease until `now + lease`. Answers
  /// after the commit, on the store's thread: the completion must be quick.
  func claim(
    limit: Int, lease: Duration,
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void)

  /// Prolongs the lease to `now + lease`. Throws `leaseLost`, or the storage's error.
  func extend(_ lease: Lease, by duration: Duration) throws

  /// Ends the attempt: writes its record, the job's next state, `record`, and enqueues `followUps`, all
  /// or nothing. Where the record no longer applies (its booking has moved on) the follow-ups are left
  /// out. Answers after the commit, on the store's thread, with `leaseLost` or the storage's error: the
  /// completion must be quick.
  func finish(
    _ job: ClaimedJob, _ finish: Finish, record: Record?, followUps: [NewJob],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void)

  /// Makes executing jobs of processes that have died available at once, and those of living ones whose
  /// lease has run out. Returns how many there were. Parked jobs whose deadline has come are made available
  /// too, so that they can end.
  func rescueOrphans() throws -> Int
}

/// What a claim brought.
package struct Claim: Sendable, Equatable {
  package let jobs: [ClaimedJob]
  /// When the next job becomes ready that is not yet; nil where none waits. Only told when fewer were
  /// ready than the limit: otherwise there is more to claim at once.
  package let nextRunAt: Timestamp?

  package init(jobs: [ClaimedJob], nextRunAt: Timestamp?) {
    self.jobs = jobs
    self.nextRunAt = nextRunAt
  }
}

package enum JobStoreError: Error, Sendable, Equatable {
  /// The runner's claim is no longer the job's: its result must be thrown away.
  case leaseLost(Lease)
}
