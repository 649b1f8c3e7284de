import Core
import Crypto

/// Whether the verifier is the one that the challenge was made of (RFC 7636 section 4.6).
func verifies(_ verifier: String?, _ challenge: String?) -> Bool {
  guard let challenge else { return true }
  guard let verifier, (43...128).contains(verifier.utf8.count) else { return false }
  return base64url(sha256(verifier.utf8)) == challenge
}
