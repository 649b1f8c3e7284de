import Core
import Queue
import Store
import Workers

/// The chore that has calendars compared; see `jobs/audit.json5`.
struct AuditChore: JobHandler {
  private let store: Store

  init(_ installation: Installation) { store = installation.store }

  var kind: JobKind { .audit }

  func run(_ attempt: Attempt) throws(JobError) -> Handled {
    do {
      _ = try store.compareSoon()
    } catch {
      throw JobError(.transient, "\(error)")
    }
    return Handled(.completed)
  }

  func afterFailure(_ job: ClaimedJob, _ error: JobError, isParked: Bool) -> Handled.Record {
    .nothing
  }
}
