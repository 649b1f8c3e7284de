import Core
import Dispatch
import Queue
import Store
import Synchronization

/// The chore that forgets: finished jobs after the days that their kind's definition gives them, and kept
/// answers after `idempotency.keepHours`; links that were mailed after half a year; in small bites, so that no booking waits for it.
final class Pruning: Service {
  private let installation: Installation
  private let log: Log
  private let queue = DispatchQueue(label: "bookend.pruning", qos: .background)
  private let isStopped = Atomic(false)

  /// Often enough that there is never much to do, seldom enough that looking costs nothing.
  private static let interval = DispatchTimeInterval.seconds(600)

  /// Ten years, the longest that a definition may say.
  private static let unknownDays = 3650

  /// What became of mail that was about no booking: as long as its job is kept at most.
  private static let mailDays = 180

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
    let definitions = Dictionary(
      uniqueKeysWithValues: installation.definitions.all.map { ($0.kind, $0) })
    var cursor: JobID?
    repeat {
      cursor = try store.pruneJobs(after: cursor) { kind, state in
        // A kind of an earlier version: kept, since nobody says for how long.
        guard let definition = definitions[kind] else { return now - .days(Pruning.unknownDays) }
        let days =
          state == .discarded ? definition.keepDiscardedDays : definition.keepCompletedDays
        return now - .days(days)
      }
    } while cursor != nil && !isStopped.load(ordering: .relaxed)
    let answers = now - installation.configuration.idempotency.keep
    while try store.pruneAnswers(givenBefore: answers), !isStopped.load(ordering: .relaxed) {}
    let mail = now - .days(Pruning.mailDays)
    while try store.pruneMail(before: mail), !isStopped.load(ordering: .relaxed) {}
  }
}
