import Core
import Queue
import Store
import Workers

/// The chore that finds which watches are due; see `jobs/keepWatch.json5`.
struct KeepWatchChore: JobHandler {
  private let store: Store

  init(_ installation: Installation) { store = installation.store }

  var kind: JobKind { .keepWatch }

  func run(_ attempt: Attempt) throws(JobError) -> Handled {
    do {
      _ = try store.enqueueDueWatches()
    } catch {
      throw JobError(.transient, "\(error)")
    }
    return Handled(.completed)
  }

  func afterFailure(_ job: ClaimedJob, _ error: JobError, isParked: Bool) -> Handled.Record {
    .nothing
  }
}
