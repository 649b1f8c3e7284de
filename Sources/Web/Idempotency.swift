import Crypto
import HTTPServer
import Intake
import Synchronization

extension Request {
  /// The request under its `Idempotency-Key`; nil without one. Throws `malformed` for a key that is
  /// none.
  func idempotency(scope: String) throws(Problem) -> IdempotentRequest? {
    guard let key = headers["idempotency-key"] else { return nil }
    guard let request = idempotency(scope: scope, key: key) else {
      throw .malformed("The header Idempotency-Key must be 8 to 128 visible ASCII characters.")
    }
    return request
  }

  /// Nil where `key` is none: short ones meet each other, long ones are no names.
  func idempotency(scope: String, key: String) -> IdempotentRequest? {
    guard (8...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      return nil
    }
    var said = Array("\(method.rawValue) \(path)\n".utf8)
    said += body
    return IdempotentRequest(scope: scope, key: key, digest: sha256(said))
  }
}

/// Requests whose answers are being held by `Prefer: wait`. A repeat that comes meanwhile is told
/// so: the first has been accepted, and its answer is not known yet.
final class HeldRequests: Sendable {
  private struct Key: Hashable {
    let scope: String
    let key: String
  }

  private let digests = Mutex<[Key: [UInt8]]>([:])

  /// Throws where an equal request is held. One that says something else goes on, to be refused for
  /// that.
  func check(_ request: IdempotentRequest?) throws(Problem) {
    guard let request else { return }
    let key = Key(scope: request.scope, key: request.key)
    // Almost always empty: no key is hashed on the way of requests that do not wait.
    let held = digests.withLock { $0.isEmpty ? nil : $0[key] }
    if held == request.digest { throw .idempotencyInFlight }
  }

  func hold(_ request: IdempotentRequest?) {
    guard let request else { return }
    digests.withLock { $0[Key(scope: request.scope, key: request.key)] = request.digest }
  }

  func release(_ request: IdempotentRequest?) {
    guard let request else { return }
    digests.withLock { $0[Key(scope: request.scope, key: request.key)] = nil }
  }
}

extension Problem {
  static let idempotencyInFlight: Problem = {
    var problem = Problem(
      409, "idempotency-in-flight", "Request in flight",
      "The first request with this Idempotency-Key is waiting for its end. Ask again shortly.")
    problem.headers = [("Retry-After", "1")]
    return problem
  }()
}
