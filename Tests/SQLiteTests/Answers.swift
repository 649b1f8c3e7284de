import Core
import SQLite
import Synchronization
import TestSupport

/// The answers of several units in the order in which they came.
final class Answers: Sendable {
  private struct State {
    var order: [String] = []
    var failures: [String: any Error] = [:]
  }

  private let state = Mutex(State())
  private let expected: Int
  private let complete = Latch()

  init(_ expected: Int) { self.expected = expected }

  func note<Value>(_ name: String, _ result: Result<Value, any Error>) {
    let isLast = state.withLock { state in
      state.order.append(name)
      if case .failure(let error) = result { state.failures[name] = error }
      return state.order.count == expected
    }
    if isLast { complete.open() }
  }

  func wait() throws { try complete.wait() }

  var order: [String] { state.withLock { $0.order } }
  var succeeded: [String] {
    state.withLock { state in state.order.filter { state.failures[$0] == nil } }
  }
  func failure(_ name: String) -> (any Error)? { state.withLock { $0.failures[name] } }
  func storageFailure(_ name: String) -> SQLiteError.Kind? {
    (failure(name) as? SQLiteError)?.kind
  }
}

extension GroupCommitWriter {
  /// Submits a unit that inserts a note of that name.
  func insert(
    _ name: String, telling answers: Answers,
    then body: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) {
    submit({ transaction in
      try transaction.connection.insert(name)
      try body(transaction)
    }) { answers.note(name, $0) }
  }
}
