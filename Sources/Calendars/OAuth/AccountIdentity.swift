import Bookings
import Core
import HTTPClient

extension OAuthClient {
  /// Whose account a token acts on, as its provider calls it: a mail address at Google, a user principal
  /// name at Microsoft. By it a second sign-in is known to be the same account's.
  package func accountName(_ token: AccessToken) throws(OAuthFailure) -> String {
    let path: String
    let fields: [String]
    switch settings.provider {
    case .google:
      // The primary calendar is called by its owner's address; seeing it needs no further scope.
      path = "/users/me/calendarList/primary"
      fields = ["id"]
    case .outlook:
      path = "/me"
      fields = ["userPrincipalName", "mail", "id"]
    case .local, .caldav: return ""
    }
    let request = HTTPRequest(
      "GET", settings.apiBaseURL + path, headers: [("Accept", "application/json")],
      authorization: Redacted("Bearer \(token.token.reveal())"))
    let response = try answer(to: request)
    guard response.status == 200, let body = try? JSON.parse(response.body),
      let name = fields.compactMap({ body[$0]?.string }).first(where: { !$0.isEmpty })
    else {
      if (400...499).contains(response.status), response.status != 429 {
        throw OAuthFailure(
          .reconnect, "the provider does not say whose account it is (\(response.status))")
      }
      throw OAuthFailure(
        .retry(until: nil), "the provider does not say whose account it is (\(response.status))")
    }
    return name
  }
}
