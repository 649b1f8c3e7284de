import Bookings
import Core
import Queue

/// One run of a job, as its handler sees it: the job, and the ledger of what it changes at a provider.
///
/// It lives on the seat's thread for as long as the run.
package final class Attempt {
  package let job: ClaimedJob
  private let store: any JobStore<Settlement>
  private let limit: WorkLimit
  private let time: any TimeSource
  /// What has become known of the job's changes; it is written with the attempt's end.
  private(set) var effects: [Effect] = []

  init(
    _ job: ClaimedJob, store: any JobStore<Settlement>, limit: WorkLimit, time: any TimeSource
  ) {
    self.job = job
    self.store = store
    self.limit = limit
    self.time = time
  }

  /// What is known of a change that an earlier claim may have made; nil is that it was never begun.
  package func standing(of key: String) throws(JobError) -> Effect.State? {
    // The first claim has nobody before it.
    if job.lease.fence == 1 { return nil }
    do {
      return try store.effect(key, of: job.lease.job)
    } catch {
      throw JobError(.transient, "what is known of an earlier attempt could not be read: \(error)")
    }
  }

  /// Makes a change at a provider. That it is about to be made is committed first, under a key that a repeat
  /// will have too: so that a crash in between is seen, and the repeat asks before it sends again.
  package func change<Value>(
    _ key: String, _ body: () throws(JobError) -> Value
  ) throws(JobError) -> Value {
    do {
      try store.intend(key, by: job.lease)
    } catch {
      throw JobError(.transient, "what was to be changed could not be recorded: \(error)")
    }
    do throws(JobError) {
      // The commit may have taken long, or this process may have been stopped in it.
      try requireTime()
      let value = try body()
      know(key, .confirmed)
      return value
    } catch {
      know(key, error.kind == .unknownOutcome ? .unknown : .absent)
      throw error
    }
  }

  /// Keeps for the job's later attempts that something was found at the provider: it stands in the ledger from
  /// now on, and is `standing` there as confirmed once this attempt's end is written.
  package func note(_ finding: String) throws(JobError) {
    try change(finding) { () throws(JobError) in }
  }

  /// Throws unless the job is still this runner's, and will be for as long as it takes to hand something over:
  /// by its own clock, which goes on while the process hangs, and by the row. To be asked right before anything
  /// leaves that cannot be called back.
  package func requireLease() throws(JobError) {
    try requireTime()
    let isHeld: Bool
    do {
      isHeld = try store.holds(job.lease)
    } catch {
      throw JobError(.transient, "whether the job is still ours could not be read: \(error)")
    }
    if !isHeld { throw JobError(.transient, "another runs it by now, so that nothing was sent") }
    try requireTime()
  }

  private func requireTime() throws(JobError) {
    if limit.isOver(at: time.monotonic()) {
      throw JobError(.transient, "its time was over before anything was sent")
    }
  }

  /// A change of which nobody knew has been asked after.
  package func know(_ key: String, _ state: Effect.State) {
    effects.append(Effect(key: key, state: state))
  }
}
