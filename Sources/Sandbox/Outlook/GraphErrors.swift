import Core

/// Graph's error bodies. Clients decide by the status and the error's code.
extension Answer {
  static func graphError(_ status: Int, code: String, message: String) -> Answer {
    .json(status, ["error": ["code": .string(code), "message": .string(message)]])
  }

  static let graphUnauthorized: Answer = {
    var answer = graphError(
      401, code: "InvalidAuthenticationToken", message: "Access token is empty or expired.")
    answer.headers.append(
      (
        "WWW-Authenticate",
        "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\""
      ))
    return answer
  }()

  static func graphServerError(_ status: Int) -> Answer {
    let codes = [500: "ErrorInternalServerError", 502: "UnknownError", 503: "serviceNotAvailable"]
    return graphError(
      status, code: codes[status] ?? "UnknownError",
      message: "An internal server error occurred. The operation failed.")
  }

  /// Every answer names its request, errors in their body as well.
  func traced(_ request: WireRequest, in world: World) -> Answer {
    var answer = self
    let id = world.uuid()
    answer.headers.append(("request-id", id))
    let client = request.headers["client-request-id"]
    if let client, request.headers["return-client-request-id"] == "true" {
      answer.headers.append(("client-request-id", client))
    }
    guard status >= 400, let body = try? JSON.parse(self.body), var error = body["error"] else {
      return answer
    }
    error = error.adding(
      "innerError",
      [
        "date": .string(Zone.utc.localText(world.now)), "request-id": .string(id),
        "client-request-id": .string(client ?? id),
      ])
    answer.body = body.adding("error", error).serialized()
    return answer
  }
}

extension Refusal {
  static func graph(_ status: Int, _ code: String, _ message: String) -> Refusal {
    Refusal(.graphError(status, code: code, message: message))
  }

  static let graphItemNotFound = graph(
    404, "ErrorItemNotFound", "The specified object was not found in the store.")
  static let graphAccessDenied = graph(
    403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
  static let graphSyncStateNotFound = graph(
    410, "syncStateNotFound", "The sync state generation is not found; a full sync is required.")

  static func graphInvalid(_ message: String) -> Refusal {
    graph(400, "ErrorInvalidRequest", message)
  }
  static func graphBody(_ message: String) -> Refusal { graph(400, "RequestBodyRead", message) }
  static func graphProperty(_ message: String) -> Refusal {
    graph(400, "ErrorPropertyValidationFailure", message)
  }
}
