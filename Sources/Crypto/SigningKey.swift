import CCrypto
import Core

/// A private RSA key that signs as RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). It does not
/// print.
package struct SigningKey: Sendable {
  /// What RFC 7518 section 3.3 demands at the least.
  package static let fewestBits = 2048

  private let pem: Redacted<String>

  /// Reads a key in PEM, as PKCS #8 or PKCS #1, not encrypted. Throws `malformed` for anything else, and for
  /// a key that is too short.
  package init(pem: Redacted<String>) throws(CryptoError) {
    self.pem = pem
    _ = try PrivateKey(pem)
  }

  /// As long as the key's modulus.
  package func signature(of message: some Sequence<UInt8>) throws(CryptoError) -> [UInt8] {
    let key = try PrivateKey(pem)
    guard let context = EVP_MD_CTX_new() else { throw .libraryFailed }
    defer { EVP_MD_CTX_free(context) }
    let input = Array(message)
    var length = 0
    // RSA keys are padded by PKCS #1 v1.5 unless another padding is asked for.
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.key) == 1,
      EVP_DigestSign(context, nil, &length, input, input.count) == 1
    else { throw .libraryFailed }
    var signature = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSign(context, &signature, &length, input, input.count) == 1 else {
      throw .libraryFailed
    }
    return Array(signature.prefix(length))
  }
}

private struct PrivateKey: ~Copyable {
  let key: OpaquePointer

  init(_ pem: Redacted<String>) throws(CryptoError) {
    var text = pem.reveal()
    let read = text.withUTF8 { bytes -> OpaquePointer? in
      guard let buffer = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
        return nil
      }
      defer { BIO_free(buffer) }
      // Without a callback libcrypto would ask the terminal for the password of an encrypted key.
      return PEM_read_bio_PrivateKey(buffer, nil, { _, _, _, _ in -1 }, nil)
    }
    ERR_clear_error()
    guard let read else { throw .malformed }
    guard EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA,
      EVP_PKEY_get_bits(read) >= SigningKey.fewestBits
    else {
      EVP_PKEY_free(read)
      throw .malformed
    }
    key = read
  }

  deinit { EVP_PKEY_free(key) }
}
