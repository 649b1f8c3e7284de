/// Seals secrets for storage under its current key and opens what any of its keys has sealed, so that
/// a key can be replaced while old rows wait to be sealed again.
///
/// Sealed form: one byte of format, four of key id, twelve of nonce, the ciphertext, sixteen of tag.
package struct Keyring: Sendable {
  private let current: EncryptionKey
  private let keys: [(id: [UInt8], key: EncryptionKey)]

  package init(current: EncryptionKey, previous: [EncryptionKey] = []) {
    self.current = current
    keys = ([current] + previous).map { ($0.id, $0) }
  }

  /// Encrypts `plaintext` with a random nonce (NIST SP 800-38D section 8.2.2: one key is good for 2^32
  /// of them) and binds it to `context`, such as the row it belongs to: a sealed value that is moved
  /// elsewhere does not open there.
  package func seal(
    _ plaintext: some Sequence<UInt8>, context: some Sequence<UInt8>
  ) throws(CryptoError) -> [UInt8] {
    let header = [Keyring.format] + current.id
    let nonce = try secureRandomBytes(AES256GCM.nonceLength)
    let sealed = try AES256GCM.seal(
      Array(plaintext), key: current, nonce: nonce, associated: header + context)
    return header + nonce + sealed
  }

  /// The inverse of `seal`. Throws `malformed`, `unknownKey`, or `notAuthentic` when a bit of the sealed
  /// bytes or of the context differs.
  package func open(
    _ sealed: [UInt8], context: some Sequence<UInt8>
  ) throws(CryptoError) -> [UInt8] {
    let prefix = Keyring.headerLength + AES256GCM.nonceLength
    guard sealed.count >= prefix + AES256GCM.tagLength, sealed[0] == Keyring.format else {
      throw .malformed
    }
    let header = Array(sealed[..<Keyring.headerLength])
    guard let key = keys.first(where: { $0.id == Array(header[1...]) })?.key else {
      throw .unknownKey
    }
    return try AES256GCM.open(
      Array(sealed[prefix...]), key: key, nonce: Array(sealed[Keyring.headerLength..<prefix]),
      associated: header + context)
  }

  /// Whether an older key than the current one sealed it: the older one cannot go yet.
  package func needsResealing(_ sealed: [UInt8]) -> Bool {
    !(sealed.first == Keyring.format
      && Array(sealed.dropFirst().prefix(Keyring.headerLength - 1)) == current.id)
  }

  private static let format: UInt8 = 1
  private static let headerLength = 5
}
