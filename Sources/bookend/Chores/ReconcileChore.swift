import Core
import Queue
import Store
import Workers

/// The chore that checks what is counted; see `jobs/reconcile.json5`.
struct ReconcileChore: JobHandler {
  private let store: Store
  private let log: Log

  init(_ installation: Installation, log: Log) {
    store = installation.store
    self.log = log
  }

  var kind: JobKind { .reconcile }

  func run(_ attempt: Attempt) throws(JobError) -> Handled {
    do {
      let counts = try store.miscounts()
      for wrong in counts {
        log(.miscounted("\(wrong.key.kind.rawValue) \(wrong.key.state.rawValue)", by: wrong.count))
      }
      try store.correct(counts)
      for lane in try store.recountLanes() { log(.miscounted("lane \(lane)", by: nil)) }
    } catch {
      throw JobError(.transient, "\(error)")
    }
    return Handled(.completed)
  }

  func afterFailure(_ job: ClaimedJob, _ error: JobError, isParked: Bool) -> Handled.Record {
    .nothing
  }
}
