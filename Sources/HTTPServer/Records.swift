import Core

/// What this module writes to the log. No path is among the fields: paths hold capabilities.
extension LogRecord {
  static func listening(address: String, port: UInt16) -> LogRecord {
    LogRecord(.info, "http.listening", ["address": address, "port": port])
  }

  static func draining(requests: Int) -> LogRecord {
    LogRecord(.info, "http.draining", ["requests": requests])
  }

  static func stopped(refused: Int) -> LogRecord {
    LogRecord(refused == 0 ? .info : .warning, "http.stopped", ["refused": refused])
  }

  static func full(connections: Int) -> LogRecord {
    LogRecord(.warning, "http.full", ["connections": connections])
  }

  static func acceptFailed(errno: Int32) -> LogRecord {
    LogRecord(.error, "http.acceptFailed", ["errno": errno])
  }

  static func responderLost() -> LogRecord {
    LogRecord(.error, "http.responderLost", [:])
  }

  static func invalidResponse(status: Int) -> LogRecord {
    LogRecord(.error, "http.invalidResponse", ["status": status])
  }
}
