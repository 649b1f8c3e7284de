import Core
import Crypto

/// The secret of one sign-in (RFC 7636): who has caught the code on its way cannot use it without.
package struct CodeVerifier: Sendable {
  package let text: Redacted<String>

  package init(text: Redacted<String>) { self.text = text }

  /// 256 random bits, in the 43 characters that section 4.1 asks for at the least.
  package static func random() throws(CryptoError) -> CodeVerifier {
    CodeVerifier(text: Redacted(base64url(try secureRandomBytes(32))))
  }

  /// For the method `S256` (section 4.2).
  package var challenge: String { base64url(sha256(text.reveal().utf8)) }
}
