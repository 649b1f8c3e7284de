import CCrypto
import Core

/// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2, `RS256` of RFC 7518
/// section 3.3) over `message` by the holder of the key.
/// - Parameter publicKey: SubjectPublicKeyInfo in PEM; false where it is none.
package func isRS256(_ signature: [UInt8], of message: some Sequence<UInt8>, publicKey: String)
  -> Bool
{
  let pem = Array(publicKey.utf8)
  guard let size = Int32(exactly: pem.count), let memory = BIO_new_mem_buf(pem, size) else {
    return false
  }
  defer { BIO_free(memory) }
  guard let key = PEM_read_bio_PUBKEY(memory, nil, nil, nil) else { return false }
  defer { EVP_PKEY_free(key) }
  guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, let context = EVP_MD_CTX_new() else {
    return false
  }
  defer { EVP_MD_CTX_free(context) }
  let input = Array(message)
  return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
    && EVP_DigestVerify(context, signature, signature.count, input, input.count) == 1
}
