import CSQLite
import Dispatch
import Synchronization

/// A unit of work without its type: what the writer needs of it.
protocol Unit: AnyObject, Sendable {
  /// Runs the body and keeps its result; false if it threw, or left a reference open whose row does not
  /// exist: COMMIT would find it out and fail everybody's units.
  func run(in transaction: Transaction) -> Bool
  /// What the body threw.
  var failure: (any Error)? { get }
  /// Gives the kept result to the caller, or the storage's failure in its place.
  func answer(storageFailure: SQLiteError?)
}

/// A body, its result, and whom to tell.
final class UnitOfWork<Value: Sendable>: Unit {
  private let body: @Sendable (Transaction) throws -> Value
  private let completion: @Sendable (Result<Value, any Error>) -> Void
  private let result = Mutex<Result<Value, any Error>?>(nil)

  init(
    body: @escaping @Sendable (Transaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    self.body = body
    self.completion = completion
  }

  func run(in transaction: Transaction) -> Bool {
    do {
      let value = try body(transaction)
      if transaction.connection.owesReferences { throw SQLiteError.owedReference }
      result.withLock { $0 = .success(value) }
      return true
    } catch {
      result.withLock { $0 = .failure(error) }
      return false
    }
  }

  var failure: (any Error)? {
    result.withLock { result in
      if case .failure(let error) = result { error } else { nil }
    }
  }

  func answer(storageFailure: SQLiteError?) {
    if let storageFailure {
      completion(.failure(storageFailure))
    } else {
      completion(result.withLock { $0 } ?? .failure(WriterError.closed))
    }
  }
}

/// Where one caller waits for its answer.
final class Answer<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let given = DispatchSemaphore(value: 0)

  func give(_ answer: Result<Value, any Error>) {
    result.withLock { $0 = answer }
    given.signal()
  }

  func take() -> Result<Value, any Error> {
    given.wait()
    return result.withLock { $0 } ?? .failure(WriterError.closed)
  }
}

extension SQLiteError {
  fileprivate static let owedReference = SQLiteError(
    kind: .foreignKey, code: SQLITE_CONSTRAINT,
    message: "a deferred foreign key has no row at the unit's end")
}
