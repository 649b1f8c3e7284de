import Core

/// Where jobs live: the port between the pool and the database. `Record` is what a handler wants recorded
/// in the same transaction as the job's end; the queue does not look into it.
///
/// A job passes through it like this: enqueue (inside the transaction of what asks for it) → `claim` →
/// run → `finish`. All of the following holds across crashes of the process and of the machine:
/// - What an enqueue, a claim or a finish has answered is on the disk.
/// - At any moment at most one lease of a job is valid: the one with its highest fence, while the job is
///   executing. `extend` and `finish` with any other change nothing and throw `leaseLost`.
/// - A runner that hung until its lease was another's can record nothing: neither `intend`, which comes before
///   every change at a provider, nor `finish`. What it was about to send when it stopped is the one thing that
///   no database can call back; so it asks once more right before (`holds`), and by its own monotonic clock
///   (`WorkLimit`). What is left is the time between that last look and the first byte, and the same event key
///   or Message-ID as the other runner's makes even that one change, or a mail that the reader's program knows.
/// - Of the jobs of one sequence, only the first that has not ended is ever claimed.
/// - Of the jobs of one lane, no more are executing than the lane lets through.
package protocol JobStore<Record>: Sendable {
  associatedtype Record: Sendable

  /// Claims up to `limit` ready jobs of these kinds, but for those that are paused; the limit is asked for when
  /// the claim is made, and once more if it has to be made anew. First the jobs that have a verdict, then by `runAt`, each step of priority counting as `ageing` more, then by id. So of jobs that
  /// became ready together those of priority 0 go first, and none waits for ever. Each gets its attempt
  /// counted, its fence raised, and a lease until `now + lease`. Answers after the commit, on the store's
  /// thread: the completion must be quick.
  func claim(
    upTo limit: @escaping @Sendable () -> Int, lease: Duration, kinds: [JobKind],
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void)

  /// Whether the lease is still the job's, as of the last commit of any process.
  func holds(_ lease: Lease) throws -> Bool

  /// Prolongs the leases to `now + duration` in one commit, and returns those that are lost.
  func extend(_ leases: [Lease], by duration: Duration) throws -> [Lease]

  /// Leases of this process whose jobs have a verdict: they are to end soon.
  func leasesToGiveUp() throws -> [Lease]

  /// Commits that the change `key` is about to be made by the holder of this lease. Throws `leaseLost`, or
  /// the storage's error: then it must not be made.
  func intend(_ key: String, by lease: Lease) throws

  /// What is known of the change from earlier claims of the job; nil is that it was never intended.
  func effect(_ key: String, of job: JobID) throws -> Effect.State?

  /// Ends the attempt: writes its record, the job's next state, what has become known of its effects,
  /// `record`, and enqueues `followUps`, all or nothing. Where the record no longer applies (its booking has moved on) the follow-ups are left
  /// out. Answers after the commit, on the store's thread, with `leaseLost` or the storage's error: the
  /// completion must be quick.
  func finish(
    _ job: ClaimedJob, _ finish: Finish, effects: [Effect], record: Record?, followUps: [NewJob],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void)

  /// Makes executing jobs of processes that have died available at once, and those of living ones whose
  /// lease has run out and has stayed so for a while by the monotonic clock: a wall clock that jumps ends no
  /// lease. Returns how many there were. A job that has lost `Verdict.deathsOfPoison` processes gets its
  /// verdict. Jobs whose deadline has come while they were parked or waited in their lane become ready too, so
  /// that they can end: some at each call, and among a million that wait each within a hundred calls or so.
  func rescueOrphans(at now: MonotonicInstant) throws -> Int

  /// The wall clock was set back by `jump` between these two readings of the machine's monotonic clock: what was
  /// to run within a time from now still does. Every process that sees it says so; it is dealt with once.
  func clockWentBack(
    by jump: Duration, between earlier: MonotonicInstant, and later: MonotonicInstant) throws

  /// Goes on with work that is done in many small transactions and was begun by a process that has died, or was
  /// put off until after a commit. It may take long; between two of them it obeys `WorkLimit.current`.
  func finishWhatWasBegun() throws

  /// Makes the jobs of the chores that are due, each once, however many processes ask.
  func makeChores(_ chores: [JobKind: Schedule]) throws
}

/// How much each step of priority counts, in waiting time: a job of priority 3 that has waited a minute and a
/// half longer goes before a fresh one of priority 0.
package let priorityAgeing = Duration.seconds(30)

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

extension JobStore {
  package func claim(
    limit: Int, lease: Duration, kinds: [JobKind],
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void
  ) {
    claim(upTo: { limit }, lease: lease, kinds: kinds, completion: completion)
  }
}

package enum JobStoreError: Error, Sendable, Equatable {
  /// The runner's claim is no longer the job's: its result must be thrown away.
  case leaseLost(Lease)
}
