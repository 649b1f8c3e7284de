import HTTPServer

extension Request {
  /// Whether a browser says that another site has posted this form. `Sec-Fetch-Site` decides where
  /// it is sent; otherwise `Origin`, unless that is `null`, which our own pages send because they
  /// name no referrer (the Fetch standard, section 3.2). Programs send neither.
  func isCrossSite(publicURL: String) -> Bool {
    if let site = headers["sec-fetch-site"] { return site != "same-origin" && site != "none" }
    guard let origin = headers["origin"], origin != "null" else { return false }
    if publicURL == origin || publicURL.hasPrefix(origin + "/") { return false }
    guard let host = headers["host"] else { return true }
    return origin != "http://\(host)" && origin != "https://\(host)"
  }
}

extension Problem {
  static let crossSite = Problem(
    403, "forbidden", "Forbidden", "This form was sent from another site.")
}
