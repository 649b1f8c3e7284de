import Core

/// Google's error bodies. Clients decide by the status and the first error's reason.
extension Answer {
  static func googleError(
    _ status: Int, domain: String = "global", reason: String, message: String,
    location: (type: String, name: String)? = nil, details: JSON? = nil
  ) -> Answer {
    var entry: JSON = [
      "domain": .string(domain), "reason": .string(reason), "message": .string(message),
    ]
    if let location {
      entry = entry.adding("locationType", .string(location.type))
        .adding("location", .string(location.name))
    }
    let error: JSON = [
      "errors": [entry], "code": .integer(Int64(status)), "message": .string(message),
    ]
    return .json(status, ["error": error.adding("details", details)])
  }

  static let googleUnauthorized: Answer = {
    var answer = googleError(
      401, reason: "authError", message: "Invalid Credentials",
      location: ("header", "Authorization"))
    answer.headers.append(
      ("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"")
    )
    return answer
  }()

  static func googleServerError(_ status: Int) -> Answer {
    googleError(status, reason: "backendError", message: "Backend Error")
  }
}

extension Refusal {
  static func google(
    _ status: Int, _ reason: String, _ message: String, domain: String = "global",
    location: (type: String, name: String)? = nil
  ) -> Refusal {
    Refusal(
      .googleError(status, domain: domain, reason: reason, message: message, location: location))
  }

  static let googleNotFound = google(404, "notFound", "Not Found")
  static let googleConditionNotMet = google(
    412, "conditionNotMet", "Precondition Failed", location: ("header", "If-Match"))
  static let googleFullSyncRequired = google(
    410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.",
    domain: "calendar", location: ("parameter", "syncToken"))

  /// With the detail by which clients tell a missing scope from other refusals.
  static let googleScope = Refusal(
    .googleError(
      403, reason: "insufficientPermissions", message: "Insufficient Permission",
      details: [
        [
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "domain": "googleapis.com",
        ]
      ]))

  static func googleInvalid(_ message: String) -> Refusal { google(400, "invalid", message) }
  static func googleRequired(_ message: String) -> Refusal { google(400, "required", message) }
}
