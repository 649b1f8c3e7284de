import Core
import HTTPClient

/// What a provider's refusals mean, as one table: the first row that fits decides.
struct OutcomeTable: Sendable {
  enum Meaning: Equatable, Sendable {
    case transient, throttled, needsOwner, permanent
    /// Nobody can tell whether a write was done; a read is tried again.
    case inDoubt
    /// A quota is used up: not before this time has passed, unless the provider names another.
    case exhausted(Duration)
    /// The position in a calendar's changes is no longer known: everything has to be read anew.
    case expired
  }

  struct Row: Sendable {
    let statuses: ClosedRange<Int>
    /// The provider's own name for the error, in lower case; nil fits any.
    let name: String?
    let meaning: Meaning
  }

  let rows: [Row]

  init(_ rows: [Row]) { self.rows = rows }

  func row(status: Int, names: Set<String>) -> Row? {
    rows.first { row in
      row.statuses.contains(status) && row.name.map { names.contains($0) } ?? true
    }
  }

  /// Whether a refusal means that the position that was asked from is no longer known.
  func isExpired(_ response: HTTPResponse, names: Set<String>) -> Bool {
    row(status: response.status, names: names)?.meaning == .expired
  }

  /// The error that an answer means; `names` is what it calls itself, in lower case. The message holds the
  /// method, the status and a name that the table knows, nothing else of what the server sent.
  func error(
    _ response: HTTPResponse, names: Set<String>, to method: String, isSafe: Bool, now: Timestamp
  ) -> ProviderError {
    let row = row(status: response.status, names: names)
    let name = row?.name.map { " (\($0))" } ?? ""
    let message = "\(method) was answered with \(response.status)\(name)"
    let until = RetryAfter.instant(response.header("Retry-After"), now: now)
    switch row?.meaning ?? .permanent {
    case .transient: return ProviderError(.transient, message)
    case .needsOwner: return ProviderError(.needsOwner, message)
    case .permanent, .expired: return ProviderError(.permanent, message)
    case .exhausted(let pause):
      return ProviderError(.throttled(until: until ?? now + pause), message)
    case .inDoubt where !isSafe: return ProviderError(.unknownOutcome, message)
    case .inDoubt:
      return ProviderError(until.map { .throttled(until: $0) } ?? .transient, message)
    case .throttled:
      return ProviderError(
        until == nil && response.status == 503 ? .transient : .throttled(until: until), message)
    }
  }
}

extension OutcomeTable.Row {
  static func row(_ statuses: ClosedRange<Int>, _ meaning: OutcomeTable.Meaning) -> Self {
    Self(statuses: statuses, name: nil, meaning: meaning)
  }

  static func row(_ status: Int, _ meaning: OutcomeTable.Meaning) -> Self {
    row(status...status, meaning)
  }

  static func row(
    _ statuses: ClosedRange<Int>, _ name: String, _ meaning: OutcomeTable.Meaning
  ) -> Self {
    Self(statuses: statuses, name: name, meaning: meaning)
  }

  static func row(_ status: Int, _ name: String, _ meaning: OutcomeTable.Meaning) -> Self {
    row(status...status, name, meaning)
  }
}
