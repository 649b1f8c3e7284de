import Bookings
import Core
import Queue

/// One run of a job, as its handler sees it: the job, and the ledger of what it changes at a provider.
///
/// It lives on the seat's thread for as long as the run.
package final class Attempt {
  package let job: ClaimedJob
  private let store: any JobStore<Settlement>
  /// What has become known of the job's changes; it is written with the attempt's end.
  private(set) var effects: [Effect] = []

  init(_ job: ClaimedJob, store: any JobStore<Settlement>) {
    self.job = job
    self.store = store
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

  /// A change of which nobody knew has been asked after.
  package func know(_ key: String, _ state: Effect.State) {
    effects.append(Effect(key: key, state: state))
  }
}
