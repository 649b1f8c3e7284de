import Core

/// The policy of one kind of job, read from `jobs/<kind>.json5`. It says how a job is run; what it
/// does is its handler's.
package struct JobDefinition: Equatable, Sendable {
  package let kind: JobKind
  package let description: String
  package let queue: String
  /// 0 goes first.
  package let priority: Int
  package let maxAttempts: Int
  package let backoff: Backoff
  /// How long one attempt may take.
  package let timeout: Duration
  /// How long a claim lasts unless extended; longer than `timeout`, so that only a process that
  /// hangs loses its job.
  package let lease: Duration
  package let keepCompletedDays: Int
  package let keepDiscardedDays: Int
  /// Never holds `permanent` (it cannot succeed) or `needsOwner` (such a job is parked).
  package let retryOn: Set<ErrorClass>
  package let payload: PayloadDefinition
}

extension JobDefinition {
  static let priorities = 0...3

  /// A hundred attempts at the longest cap are eight years: nobody means more.
  private static let attempts = 1...100

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
    let maxAttempts = fields.integer("maxAttempts", in: Self.attempts)
    let backoff = fields.object("backoff") { Backoff(reading: $0) }
    let timeout = fields.integer("timeoutSeconds", in: Self.seconds)
    let lease = fields.integer("leaseSeconds", in: Self.seconds)
    let keep = fields.object("keepDays") { Self.keepDays(reading: $0) }
    let retryOn = fields.choices("retryOn", ErrorClass.self, count: 0...ErrorClass.allCases.count)
    let payload = fields.object("payload") { PayloadDefinition(reading: $0) }

    if let timeout, let lease, lease <= timeout {
      fields.report("leaseSeconds", "must be longer than timeoutSeconds (\(timeout))")
    }
    for hopeless in [ErrorClass.permanent, .needsOwner] where retryOn?.contains(hopeless) == true {
      fields.report("retryOn", "must not hold \"\(hopeless.rawValue)\": to retry it cannot help")
    }
    guard let kind, let description, let queue, let priority, let maxAttempts, let backoff,
      let timeout, let lease, let keep, let retryOn, let payload
    else { return nil }

    self.init(
      kind: JobKind(rawValue: kind), description: description, queue: queue, priority: priority,
      maxAttempts: maxAttempts, backoff: backoff, timeout: .seconds(timeout),
      lease: .seconds(lease), keepCompletedDays: keep.completed,
      keepDiscardedDays: keep.discarded, retryOn: Set(retryOn), payload: payload)
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

extension Backoff {
  fileprivate init?(reading fields: FieldReader) {
    let longest = Double(Backoff.longestCap.components.seconds)
    let base = fields.number("baseSeconds", in: 0.001...longest)
    let factor = fields.number("factor", in: 1...10)
    let cap = fields.number("capSeconds", in: 0.001...longest)
    let jitter = fields.number("jitter", in: 0...1)
    guard let base, let factor, let cap, let jitter else { return nil }
    guard base <= cap else {
      fields.report("capSeconds", "must not be less than baseSeconds (\(base))")
      return nil
    }
    self.init(base: .seconds(base), factor: factor, cap: .seconds(cap), jitter: jitter)
  }
}
