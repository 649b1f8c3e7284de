import Core
import Queue
import Store
import Workers

/// The chore that forgets, in small bites; see `jobs/prune.json5`.
struct PruneChore: JobHandler {
  private let store: Store
  private let definitions: JobDefinitions
  private let keepAnswers: Duration
  private let time: any TimeSource

  /// Ten years, the longest that a definition may say.
  private static let unknownDays = 3650

  init(_ installation: Installation) {
    store = installation.store
    definitions = installation.definitions
    keepAnswers = installation.configuration.idempotency.keep
    time = installation.time
  }

  var kind: JobKind { .prune }

  func run(_ attempt: Attempt) throws(JobError) -> Handled {
    do {
      try pruneJobs()
      try pruneAnswers()
      try pruneMail()
      try pruneFindings()
      try pruneIncidents()
      while !isToStop, try store.noteNextStretch() {}
      while !isToStop, try store.pruneMinutes(before: time.now() - .days(1)) {}
    } catch {
      throw JobError(.transient, "\(error)")
    }
    return Handled(.completed)
  }

  private func pruneJobs() throws {
    let now = time.now()
    let lengths = definitions.all.flatMap { [$0.keepCompletedDays, $0.keepDiscardedDays] }
    try store.forgetJobs(
      Keeping(lengths: Set(lengths)) { [definitions] kind, state in
        // A kind of an earlier version: kept, since nobody says for how long.
        guard let definition = definitions.definition(of: kind) else {
          return now - .days(Self.unknownDays)
        }
        let days =
          state == .discarded ? definition.keepDiscardedDays : definition.keepCompletedDays
        return now - .days(days)
      })
  }

  private func pruneAnswers() throws {
    let limit = time.now() - keepAnswers
    while !isToStop, try store.pruneAnswers(givenBefore: limit) {}
    while !isToStop, try store.pruneOperatorAnswers(givenBefore: limit) {}
    while !isToStop, try store.pruneConnecting(givenBefore: limit, now: time.now()) {}
    while !isToStop, try store.pruneLimits(now: time.now()) {}
  }

  /// What became of mail that was about no booking: as long as its job is kept at most.
  private func pruneMail() throws {
    let limit = time.now() - .days(Self.mailDays)
    while !isToStop, try store.pruneMail(before: limit) {}
  }

  private static let mailDays = 180

  /// Findings that are over, as long as the jobs that repaired them.
  private func pruneFindings() throws {
    let now = time.now()
    let limit = now - .days(Self.findingDays)
    while !isToStop, try store.pruneFindings(resolvedBefore: limit, answers: now - keepAnswers) {}
  }

  private static let findingDays = 180

  /// What kept an account from being used, and is over.
  private func pruneIncidents() throws {
    let limit = time.now() - .days(Self.incidentDays)
    while !isToStop, try store.pruneIncidents(endedBefore: limit) {}
  }

  private static let incidentDays = 180

  private var isToStop: Bool { WorkLimit.current?.isCancelled == true }

  func afterFailure(_ job: ClaimedJob, _ error: JobError, isParked: Bool) -> Handled.Record {
    .nothing
  }
}
