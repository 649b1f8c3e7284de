import CCrypto
import Core

/// SHA-256 (FIPS 180-4): 32 bytes.
package func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  let input = Array(bytes)
  var digest = [UInt8](repeating: 0, count: digestLength)
  var length: UInt32 = 0
  let done = EVP_Digest(input, input.count, &digest, &length, algorithm, nil)
  invariant(done == 1 && length == digestLength, "libcrypto has SHA-256")
  return digest
}

/// HMAC-SHA-256 (RFC 2104): 32 bytes that only a holder of `key` can make for `message`.
package func hmacSHA256(_ message: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
  let input = Array(message)
  // libcrypto reads a null key pointer as "the key of last time", also when its length is zero.
  let secret = Array(key) + [0]
  var code = [UInt8](repeating: 0, count: digestLength)
  var length: UInt32 = 0
  let made = HMAC(
    EVP_sha256(), secret, Int32(secret.count - 1), input, input.count, &code, &length)
  invariant(made != nil && length == digestLength, "libcrypto has HMAC-SHA-256")
  return code
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone. For tokens,
/// digests and codes that a stranger may guess at.
package func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

/// Bytes of libcrypto's generator, which the system seeds: fit for keys, tokens and nonces.
package func secureRandomBytes(_ count: Int) throws(CryptoError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw .libraryFailed }
  return bytes
}

private let digestLength = 32

/// Fetched once: libcrypto searches its providers each time it is given `EVP_sha256()`, which takes longer
/// than a short digest. Immutable and counted by the library itself, and never given back.
private nonisolated(unsafe) let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
