import Core
import Crypto
import Foundation

/// The signed assertion of a Google service account (RFC 7523, RS256).
struct ServiceAssertion {
  struct Claims {
    let issuer: String
    /// Whom it acts as.
    let account: String
    let scopes: [String]
    let isBare: Bool
  }

  private let payload: JSON
  private let signed: String
  private let signature: [UInt8]

  init(_ text: String) throws(Refusal) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let header = ServiceAssertion.json(parts[0]),
      let payload = ServiceAssertion.json(parts[1]), header["alg"]?.string == "RS256",
      let signature = ServiceAssertion.bytes(parts[2])
    else { throw ServiceAssertion.invalid("Invalid JWT: malformed") }
    self.payload = payload
    self.signature = signature
    signed = parts[0] + "." + parts[1]
  }

  /// The claims, if they hold at `now` for one of the audiences.
  func claims(
    for audiences: [String], at now: Timestamp, in world: World
  ) throws(Refusal) -> Claims {
    guard let issuer = payload["iss"]?.string,
      let account = world.identity.serviceAccounts[issuer]
    else { throw ServiceAssertion.invalid("Invalid grant: account not found") }
    if let key = account.publicKey, !isRS256(signature, of: signed.utf8, publicKey: key) {
      throw ServiceAssertion.invalid("Invalid JWT Signature.")
    }
    guard let audience = payload["aud"]?.string, audiences.contains(audience) else {
      throw ServiceAssertion.invalid("Invalid JWT: audience")
    }
    guard let issued = payload["iat"]?.integer, let expires = payload["exp"]?.integer,
      expires - issued <= 3600, issued <= now.seconds + ServiceAssertion.skewSeconds,
      expires > now.seconds
    else {
      throw ServiceAssertion.invalid(
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
          + " Check your iat and exp values in the JWT claim.")
    }
    let scopes = (payload["scope"]?.string ?? "").split(separator: " ").map(String.init)
    guard !scopes.isEmpty else {
      throw GoogleTokens.refusal(400, "invalid_scope", "Empty or missing scope not allowed.")
    }
    guard let subject = payload["sub"]?.string, subject != issuer else {
      return Claims(issuer: issuer, account: issuer, scopes: scopes, isBare: true)
    }
    guard account.isDelegated else {
      throw GoogleTokens.refusal(
        401, "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not"
          + " authorized for any of the scopes requested.")
    }
    guard let email = world.account(.google, subject) else {
      throw ServiceAssertion.invalid("Invalid email or User ID")
    }
    return Claims(issuer: issuer, account: email, scopes: scopes, isBare: false)
  }

  /// How far the two clocks may lie apart.
  private static let skewSeconds: Int64 = 300

  private static func invalid(_ description: String) -> Refusal {
    GoogleTokens.refusal(400, "invalid_grant", description)
  }

  private static func json(_ part: String) -> JSON? {
    bytes(part).flatMap { try? JSON.parse($0) }
  }

  private static func bytes(_ part: String) -> [UInt8]? {
    var text = part.replacingOccurrences(of: "-", with: "+")
      .replacingOccurrences(of: "_", with: "/")
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Data(base64Encoded: text).map(Array.init)
  }
}
