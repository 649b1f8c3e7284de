import Core
import Dispatch
import Queue
import Store
import Synchronization

/// The chore that forgets: finished jobs after the days that their kind's definition gives them, and kept
/// answers after `idempotency.keepHours`; in small bites, so that no booking waits for it.
final class Pruning: Service {
  private let installation: Installation
  private let log: Log
  private let queue = DispatchQueue(label: "bookend.pruning", qos: .background)
  private let isStopped = Atomic(false)

  /// Often enough that there is never much to do.
  private static let interval = DispatchTimeInterval.seconds(60)

  init(_ installation: Installation, log: Log) {
    self.installation = installation
    self.log = log
  }

  func start() { schedule() }

  func stop(by deadline: MonotonicInstant) {
    isStopped.store(true, ordering: .relaxed)
    queue.sync {}
  }

  private func schedule() {
    queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
      guard let self, !isStopped.load(ordering: .relaxed) else { return }
      do {
        try prune()
      } catch {
        log(.pruneFailed(error: "\(error)"))
      }
      schedule()
    }
  }

  private func prune() throws {
    let store = installation.store
    let now = installation.time.now()
    for definition in installation.definitions.all {
      let completed = now - .days(definition.keepCompletedDays)
      let discarded = now - .days(definition.keepDiscardedDays)
      try whileThereIsMore {
        try store.pruneJobs(definition.kind, .completed, finishedBefore: completed)
      }
      try whileThereIsMore {
        try store.pruneJobs(definition.kind, .cancelled, finishedBefore: completed)
      }
      try whileThereIsMore {
        try store.pruneJobs(definition.kind, .discarded, finishedBefore: discarded)
      }
    }
    let answers = now - installation.configuration.idempotency.keep
    try whileThereIsMore { try store.pruneAnswers(givenBefore: answers) }
  }

  private func whileThereIsMore(_ bite: () throws -> Bool) throws {
    while try bite() {
      if isStopped.load(ordering: .relaxed) { return }
    }
  }
}
