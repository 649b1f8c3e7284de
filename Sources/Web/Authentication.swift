import Bookings
import Core
import Crypto
import HTTPServer

/// Who sends a request: the bearer of an API key.
struct Caller: Sendable {
  let key: APIKey

  var organization: OrganizationID { key.organization }
  /// Whose things it may see; nil is the whole organization's.
  var host: HostID? { key.host }

  /// Whether something of that host is this caller's to see. What is not is not found: an answer that told
  /// "not yours" from "not there" would tell strangers which ids exist.
  func mayReach(_ organization: OrganizationID, _ host: HostID) -> Bool {
    organization == self.organization && (self.host == nil || self.host == host)
  }

  func mayReach(_ link: Link) -> Bool { mayReach(link.organization, link.host.id) }
}

extension WebParts {
  /// The bearer of the request's key. Throws `Problem.unauthorized` without a key that is known, and
  /// `Problem.forbidden` where the key lacks `scope`; both as RFC 6750 section 3 has it.
  func caller(of request: Request, needing scope: APIKey.Scope) throws -> Caller {
    guard let secret = request.bearerKey else { throw Problem.unauthorized }
    // Only the digest is looked up, so that how long the look-up takes tells nothing of a key.
    guard let key = try records.apiKey(hash: sha256(secret.utf8)) else { throw Problem.unknownKey }
    guard key.scopes.contains(scope) else { throw Problem.forbidden(scope) }
    return Caller(key: key)
  }
}

extension Request {
  /// The credentials of `Authorization: Bearer …` (RFC 6750 section 2.1); nil where there are none, or
  /// several, which no honest client sends.
  fileprivate var bearerKey: Substring? {
    let values = headers.values("Authorization")
    guard values.count == 1, let space = values[0].firstIndex(of: " ") else { return nil }
    guard values[0][..<space].lowercased() == "bearer" else { return nil }
    let secret = values[0][space...].drop { $0 == " " }
    return secret.isEmpty ? nil : secret
  }
}

extension Problem {
  fileprivate static let unknownKey: Problem = {
    var problem = Problem.unauthorized
    problem.headers = [("WWW-Authenticate", #"Bearer error="invalid_token""#)]
    return problem
  }()
}
