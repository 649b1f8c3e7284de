import Core
import Crypto

/// A Google service account, acting for one person of its domain or for itself.
package struct ServiceAccount: Sendable {
  package let email: String
  private let keyID: String
  private let privateKey: Redacted<String>
  /// Whose calendars it acts on (domain-wide delegation); nil is its own, which other people share with it.
  package let subject: String?

  /// Google takes no assertion for longer.
  private static let lifetime = Duration.hours(1)

  /// A key file as Google hands it out. Its `token_uri` is not believed: who may write a key file must not
  /// choose where our assertions go.
  package init?(keyFile json: JSON, subject: String?) {
    guard json["type"]?.string == "service_account",
      let email = json["client_email"]?.string, !email.isEmpty,
      let keyID = json["private_key_id"]?.string, let privateKey = json["private_key"]?.string,
      (try? SigningKey(pem: Redacted(privateKey))) != nil
    else { return nil }
    self.email = email
    self.keyID = keyID
    self.privateKey = Redacted(privateKey)
    self.subject = subject
  }

  /// The account's name: the person's, where it acts for one.
  package var name: String { subject ?? email }

  /// The JWT that is exchanged for an access token (RFC 7523 section 2.1).
  func assertion(
    audience: String, at now: Timestamp, scopes: [String]
  ) throws(OAuthFailure) -> Redacted<String> {
    var header = JSONWriter()
    header.object {
      $0.field("alg", "RS256")
      $0.field("typ", "JWT")
      $0.field("kid", keyID)
    }
    var claims = JSONWriter()
    claims.object {
      $0.field("iss", email)
      $0.field("scope", scopes.joined(separator: " "))
      $0.field("aud", audience)
      $0.field("iat", now.milliseconds / 1000)
      $0.field("exp", (now + ServiceAccount.lifetime).milliseconds / 1000)
      if let subject { $0.field("sub", subject) }
    }
    let signed = "\(base64url(header.bytes)).\(base64url(claims.bytes))"
    do throws(CryptoError) {
      let signature = try SigningKey(pem: privateKey).signature(of: signed.utf8)
      return Redacted("\(signed).\(base64url(signature))")
    } catch {
      throw OAuthFailure(.reconnect, "the service account's key cannot be used")
    }
  }

  // MARK: As it is sealed

  func write(to writer: inout JSONWriter) {
    writer.field("email", email)
    writer.field("keyID", keyID)
    writer.field("privateKey", privateKey.reveal())
    if let subject { writer.field("subject", subject) }
  }

  init?(stored json: JSON) {
    guard let email = json["email"]?.string, let keyID = json["keyID"]?.string,
      let privateKey = json["privateKey"]?.string
    else { return nil }
    self.email = email
    self.keyID = keyID
    self.privateKey = Redacted(privateKey)
    subject = json["subject"]?.string
  }
}
