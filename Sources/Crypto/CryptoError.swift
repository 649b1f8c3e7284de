/// What can go wrong with a secret. None of the cases carries any part of it.
package enum CryptoError: Error, Equatable, Sendable {
  /// A key that is not 32 bytes long.
  case wrongKeyLength
  /// Not something that `Keyring` sealed: too short, or of a format that this program does not know.
  case malformed
  /// Sealed under a key that the ring does not hold.
  case unknownKey
  /// The bytes, their context or the key are not those that were sealed.
  case notAuthentic
  /// libcrypto refused to work, which on a healthy machine it never does.
  case libraryFailed
}
