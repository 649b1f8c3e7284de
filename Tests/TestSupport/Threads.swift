import Foundation
import Synchronization

/// Runs `body` on a thread of its own and returns at once.
package func inThread(_ body: @escaping @Sendable () -> Void) {
  let thread = Thread { body() }
  thread.stackSize = 512 << 10
  thread.start()
}

/// Runs `body` on so many threads at once and returns when all have ended.
package func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let ended = DispatchGroup()
  for number in 0..<count {
    ended.enter()
    inThread {
      body(number)
      ended.leave()
    }
  }
  ended.wait()
}

/// What a body on another thread returned or threw, kept until somebody asks.
package final class Outcome<Value: Sendable>: Sendable {
  package struct NotYet: Error {}

  private let result = Mutex<Result<Value, any Error>?>(nil)

  package init() {}

  package func keep(_ body: () throws -> Value) {
    let outcome = Result { try body() }
    result.withLock { $0 = outcome }
  }

  package func keep(_ outcome: Result<Value, any Error>) { result.withLock { $0 = outcome } }

  package func get() throws -> Value {
    guard let result = result.withLock({ $0 }) else { throw NotYet() }
    return try result.get()
  }

  package var error: (any Error)? {
    result.withLock { if case .failure(let error) = $0 { error } else { nil } }
  }
}
