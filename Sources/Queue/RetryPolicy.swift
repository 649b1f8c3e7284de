import Core

/// How failures of one class are tried again.
package struct RetryPolicy: Equatable, Sendable {
  /// The job is given up with its `attempts`th attempt, counting those that failed otherwise too.
  package let attempts: Int
  package let backoff: Backoff
  /// No retry is planned later than this after the job was enqueued; nil sets no such limit.
  package let within: Duration?

  package init(attempts: Int, backoff: Backoff, within: Duration? = nil) {
    self.attempts = attempts
    self.backoff = backoff
    self.within = within
  }
}

extension RetryPolicy {
  /// A hundred attempts at the longest cap are eight years: nobody means more.
  private static let attemptLimit = 1...100
  private static let withinSeconds = 1...Int(Backoff.longestCap.components.seconds)

  /// Reads `{ attempts, baseSeconds, factor, capSeconds, jitter, withinSeconds? }`.
  init?(reading fields: FieldReader) {
    let attempts = fields.integer("attempts", in: Self.attemptLimit)
    let within = fields.optionalInteger("withinSeconds", in: Self.withinSeconds)
    guard let backoff = Backoff(reading: fields), let attempts else { return nil }
    self.init(attempts: attempts, backoff: backoff, within: within.map { .seconds($0) })
  }
}

extension Backoff {
  /// Reads its four numbers from among a policy's fields.
  package init?(reading fields: FieldReader) {
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
