import Bookings
import Intake
import StoreTestSupport
import Testing

/// The refusal with which `body` ends; nil, and a failed test, where it does not end with one.
func refusal<Value>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value
) -> Refusal? {
  do {
    _ = try body()
    Issue.record("it was accepted", sourceLocation: sourceLocation)
  } catch IntakeError.refused(let refusal, _) {
    return refusal
  } catch {
    Issue.record("another error: \(error)", sourceLocation: sourceLocation)
  }
  return nil
}

extension Result where Failure == IntakeError {
  var refusal: Refusal? {
    if case .failure(.refused(let refusal, _)) = self { refusal } else { nil }
  }
}

extension IntakeError {
  var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
  var isNotFound: Bool { if case .notFound = self { true } else { false } }
  var isMismatch: Bool { if case .idempotencyMismatch = self { true } else { false } }
}

/// The error with which `body` ends; nil where it succeeds.
func error<Value>(_ body: () throws -> Value) -> IntakeError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? IntakeError
  }
}

extension StoredWorld {
  /// How much a request may have left behind: bookings, claims, jobs, spends, answers, history.
  func kept() throws -> [Int] {
    try [
      count("SELECT count(*) FROM bookings"), count("SELECT count(*) FROM claims"),
      count("SELECT count(*) FROM jobs"), count("SELECT count(*) FROM spends"),
      count("SELECT count(*) FROM idempotency_keys"), count("SELECT count(*) FROM booking_history"),
    ]
  }
}
