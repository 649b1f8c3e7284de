import Core

extension LogRecord {
  /// The route is named by its pattern: paths of guests' routes hold tokens.
  static func requestFailed(_ route: StaticString, _ error: any Error) -> LogRecord {
    LogRecord(.error, "web.requestFailed", ["route": route.description, "error": "\(error)"])
  }
}
