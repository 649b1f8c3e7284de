import Core
import Crypto

/// 256 random bits: a key that nobody guesses needs no slow hash to be stored safely.
func secureKeyBytes() throws -> [UInt8] { try secureRandomBytes(32) }

/// What the database knows of an API key.
func keyHash(_ key: String) -> [UInt8] { sha256(key.utf8) }

/// What a provider's calls are to bear, and what the database knows of it.
@Sendable func newWatchSecret() throws -> (secret: Redacted<String>, hash: [UInt8]) {
  let secret = base64url(try secureKeyBytes())
  return (Redacted(secret), keyHash(secret))
}
