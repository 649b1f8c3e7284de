import Crypto
import HTTPServer
import Intake

extension Request {
  /// `Idempotency-Key`, with the digest of what it stands for: method, path and body. Nil where none was
  /// sent. Throws `Problem.malformed` for what is no key: 8 to 128 characters of visible ASCII.
  ///
  /// `scope` says whose key it is: two senders who choose the same one do not meet.
  func idempotency(scope: String) throws(Problem) -> IdempotentRequest? {
    let keys = headers.values("Idempotency-Key")
    guard let key = keys.first else { return nil }
    guard keys.count == 1, IdempotencyKey.lengths.contains(key.utf8.count),
      key.utf8.allSatisfy({ IdempotencyKey.visible.contains($0) })
    else {
      throw .malformed("The header Idempotency-Key must be 8 to 128 characters of visible ASCII.")
    }
    let digest = sha256(Array("\(method.rawValue) \(path)\n".utf8) + body)
    return IdempotentRequest(scope: scope, key: key, digest: digest)
  }
}

private enum IdempotencyKey {
  static let lengths = 8...128
  static let visible = UInt8(ascii: "!")...UInt8(ascii: "~")
}
