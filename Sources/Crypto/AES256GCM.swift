import CCrypto
import Core

/// AES-256 in Galois/counter mode (NIST SP 800-38D) with 96-bit nonces and 128-bit tags. A nonce must
/// never serve twice under one key: `Keyring` draws them, callers outside this module do not.
enum AES256GCM {
  static let nonceLength = 12
  static let tagLength = 16

  /// The ciphertext followed by its tag.
  static func seal(
    _ plaintext: [UInt8], key: EncryptionKey, nonce: [UInt8], associated: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    let cipher = try Cipher()
    var output = [UInt8](repeating: 0, count: plaintext.count)
    var tag = [UInt8](repeating: 0, count: tagLength)
    var length: Int32 = 0
    guard
      EVP_EncryptInit_ex(cipher.context, EVP_aes_256_gcm(), nil, key.reveal(), nonce) == 1,
      EVP_EncryptUpdate(cipher.context, nil, &length, associated, try size(associated)) == 1,
      EVP_EncryptUpdate(cipher.context, &output, &length, plaintext, try size(plaintext)) == 1,
      EVP_EncryptFinal_ex(cipher.context, &tag, &length) == 1,
      EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag) == 1
    else { throw .libraryFailed }
    return output + tag
  }

  /// Gives nothing of the plaintext away unless the tag is right.
  static func open(
    _ sealed: [UInt8], key: EncryptionKey, nonce: [UInt8], associated: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard sealed.count >= tagLength else { throw .malformed }
    let ciphertext = Array(sealed.dropLast(tagLength))
    var tag = Array(sealed.suffix(tagLength))
    var spare = tag
    let cipher = try Cipher()
    var output = [UInt8](repeating: 0, count: ciphertext.count)
    var length: Int32 = 0
    guard
      EVP_DecryptInit_ex(cipher.context, EVP_aes_256_gcm(), nil, key.reveal(), nonce) == 1,
      EVP_DecryptUpdate(cipher.context, nil, &length, associated, try size(associated)) == 1,
      EVP_DecryptUpdate(cipher.context, &output, &length, ciphertext, try size(ciphertext)) == 1,
      EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1
    else { throw .libraryFailed }
    guard EVP_DecryptFinal_ex(cipher.context, &spare, &length) == 1 else { throw .notAuthentic }
    return output
  }

  /// libcrypto counts in 32 bits; what is sealed here is a password.
  private static func size(_ bytes: [UInt8]) throws(CryptoError) -> Int32 {
    guard let size = Int32(exactly: bytes.count) else { throw .malformed }
    return size
  }

  private struct Cipher: ~Copyable {
    let context: OpaquePointer

    init() throws(CryptoError) {
      guard let context = EVP_CIPHER_CTX_new() else { throw .libraryFailed }
      self.context = context
    }

    deinit { EVP_CIPHER_CTX_free(context) }
  }
}
