import Core

/// Somebody who wants to hear of a calendar's changes.
struct GoogleChannel: Sendable {
  let id: String
  let resourceID: String
  let calendar: String
  let account: String
  let address: String
  let token: String?
  let expires: Timestamp
  let resourceURI: String
  var messages = 0

  func headers(_ state: String) -> [(name: String, value: String)] {
    var headers = [
      ("X-Goog-Channel-ID", id), ("X-Goog-Channel-Expiration", httpDate(expires)),
      ("X-Goog-Resource-ID", resourceID), ("X-Goog-Resource-URI", resourceURI),
      ("X-Goog-Resource-State", state), ("X-Goog-Message-Number", String(messages)),
    ]
    if let token { headers.append(("X-Goog-Channel-Token", token)) }
    return headers.map { (name: $0.0, value: $0.1) }
  }
}
