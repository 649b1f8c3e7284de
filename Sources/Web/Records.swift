import Core

/// What this module writes to the log. No path is among the fields: paths hold capabilities.
extension LogRecord {
  static func storageFailed(_ error: any Error) -> LogRecord {
    LogRecord(.error, "web.storageFailed", ["error": "\(error)"])
  }
}
