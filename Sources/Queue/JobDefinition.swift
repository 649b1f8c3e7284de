import Core

/// The policy of one kind of job, read from `jobs/<kind>.json5`. It says how a job is run; what it
/// does is its handler's.
package struct JobDefinition: Equatable, Sendable {
  /// Who carries it out.
  package enum Performer: String, Sendable, CaseIterable {
    /// A handler on a worker's seat, some time after it was enqueued.
    case worker
    /// The request that asks for it, in its own transaction: the job is recorded as it ends, and never waits,
    /// fails or is tried again.
    case request
  }

  package let kind: JobKind
  package let carriedOutBy: Performer
  package let description: String
  package let queue: String
  /// 0 goes first.
  package let priority: Int
  /// By class of error; one that is missing is not tried again. Never holds `permanent` (it cannot succeed)
  /// or `needsOwner` (such a job is parked).
  package let retry: [ErrorClass: RetryPolicy]
  /// How long one attempt may take.
  package let timeout: Duration
  /// How long a claim lasts unless extended; longer than `timeout`, so that only a process that
  /// hangs loses its job.
  package let lease: Duration
  package let keepCompletedDays: Int
  package let keepDiscardedDays: Int
  /// Earlier jobs of its sequence that it makes unnecessary while they have not begun.
  package let supersedes: Set<JobKind>
  /// The one among them with which it becomes unnecessary itself.
  package let voids: JobKind?
  /// For a chore: when it is due. Its jobs have no payload but a version.
  package let schedule: Schedule?
  package let payload: PayloadDefinition

  /// The most that any class of error allows; 1 where nothing is tried again.
  package var maxAttempts: Int { retry.values.map(\.attempts).max() ?? 1 }
}

extension JobDefinition {
  static let priorities = 0...3

  /// An hour: a worker is one seat, and no call of ours blocks it longer.
  private static let seconds = 1...3600

  /// Ten years, the longest that any bookkeeping law asks.
  private static let days = 1...3650

  /// Reads a definition's fields and reports what is wrong with them; nil if anything is.
  init?(reading fields: FieldReader) {
    let kind = fields.line("kind", length: 1...64)
    let description = fields.string("description", length: 1...2000)
    let queue = fields.line("queue", length: 1...64)
    let priority = fields.integer("priority", in: Self.priorities)
    let performer = fields.optionalChoice("carriedOutBy", Performer.self) ?? .worker
    let run = Self.run(reading: fields, by: performer)
    let keep = fields.object("keepDays") { Self.keepDays(reading: $0) }
    let supersedes = fields.optionalStrings("supersedes", count: 1...10, length: 1...64) ?? []
    let voids = fields.optionalLine("voids", length: 1...64)
    let schedule = fields.optionalObject("schedule") { Schedule(reading: $0) }
    let payload = fields.object("payload") { PayloadDefinition(reading: $0) }

    if let voids, !supersedes.contains(voids) {
      fields.report("voids", "must be one of those that it supersedes")
    }
    guard let kind, let description, let queue, let priority, let run, let keep, let payload
    else { return nil }

    self.init(
      kind: JobKind(rawValue: kind), carriedOutBy: performer, description: description,
      queue: queue, priority: priority, retry: run.retry, timeout: .seconds(run.timeout),
      lease: .seconds(run.lease),
      keepCompletedDays: keep.completed, keepDiscardedDays: keep.discarded,
      supersedes: Set(supersedes.map(JobKind.init(rawValue:))),
      voids: voids.map(JobKind.init(rawValue:)), schedule: schedule, payload: payload)
  }

  /// How it is run, which a request does not need to be told.
  private static func run(
    reading fields: FieldReader, by performer: Performer
  ) -> (retry: [ErrorClass: RetryPolicy], timeout: Int, lease: Int)? {
    if performer == .request {
      for name in ["retry", "timeoutSeconds", "leaseSeconds", "schedule", "supersedes", "voids"]
      where fields.value(name) != nil {
        fields.report(name, "must not stand here: the request itself carries it out")
      }
      return ([:], 0, 0)
    }
    let retry = fields.object("retry") { Self.retry(reading: $0) }
    let timeout = fields.integer("timeoutSeconds", in: Self.seconds)
    let lease = fields.integer("leaseSeconds", in: Self.seconds)
    if let timeout, let lease, lease <= timeout {
      fields.report("leaseSeconds", "must be longer than timeoutSeconds (\(timeout))")
    }
    guard let retry, let timeout, let lease else { return nil }
    return (retry, timeout, lease)
  }

  private static func retry(reading fields: FieldReader) -> [ErrorClass: RetryPolicy]? {
    var policies: [ErrorClass: RetryPolicy] = [:]
    var isReadable = true
    for name in fields.names {
      let policy = fields.object(name) { RetryPolicy(reading: $0) }
      switch ErrorClass(rawValue: name) {
      case nil:
        let classes = ErrorClass.allCases.filter(\.canBeRetried).map(\.rawValue)
        fields.report(name, "is no class of errors: \(classes.joined(separator: ", "))")
      case .some(let found) where !found.canBeRetried:
        fields.report(name, "must not stand here: to retry it cannot help")
      case .some(let found):
        policies[found] = policy
      }
      isReadable = isReadable && policy != nil
    }
    return isReadable ? policies : nil
  }

  private static func keepDays(
    reading fields: FieldReader
  ) -> (completed: Int, discarded: Int)? {
    let completed = fields.integer("completed", in: days)
    let discarded = fields.integer("discarded", in: days)
    guard let completed, let discarded else { return nil }
    return (completed, discarded)
  }
}

extension ErrorClass {
  fileprivate var canBeRetried: Bool { self != .permanent && self != .needsOwner }
}
