import Core

/// A key for AES-256-GCM. It does not print.
package struct EncryptionKey: Sendable {
  /// AES-256: no other length is accepted.
  package static let length = 32

  private let secret: Redacted<[UInt8]>

  /// Throws `wrongKeyLength` unless given exactly `length` bytes.
  package init(_ bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count == EncryptionKey.length else { throw .wrongKeyLength }
    secret = Redacted(bytes)
  }

  package static func random() throws(CryptoError) -> EncryptionKey {
    try EncryptionKey(try secureRandomBytes(length))
  }

  /// The one way to the key's bytes: for writing a new key to its file, and for libcrypto.
  package func reveal() -> [UInt8] { secret.reveal() }

  /// Names the key in what it sealed. It is derived from the key, so that no configuration can give one
  /// key the name of another; four bytes of a keyed hash tell nothing of the key.
  var id: [UInt8] { Array(hmacSHA256("bookend key id".utf8, key: reveal()).prefix(4)) }
}
