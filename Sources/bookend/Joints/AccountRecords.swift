import Bookings
import Calendars
import Core

// What happens to calendar accounts, for the log. No record holds a name, an address or a token.

extension LogRecord {
  static func accountConnected(_ connection: Connection, isNew: Bool, jobsWoken: Int) -> LogRecord {
    LogRecord(
      .info, "account.connected",
      [
        "connection": connection.id, "provider": connection.provider.rawValue, "new": isNew,
        "jobsWoken": jobsWoken,
      ])
  }

  static func accountDisconnected(_ connection: ConnectionID, pausedLinks: Int) -> LogRecord {
    LogRecord(
      .info, "account.disconnected", ["connection": connection, "pausedLinks": pausedLinks])
  }

  /// An operator's trouble is an alarm: it concerns every account of the provider.
  static func accountTrouble(_ connection: ConnectionID, _ trouble: AccountTrouble) -> LogRecord {
    LogRecord(
      trouble.cause == .operator ? .error : .warning, "account.trouble",
      ["connection": connection, "cause": trouble.cause.rawValue, "reason": trouble.reason])
  }

  static func accountRecovered(_ connection: ConnectionID, jobsWoken: Int) -> LogRecord {
    LogRecord(.info, "account.recovered", ["connection": connection, "jobsWoken": jobsWoken])
  }

  /// What was granted may still stand at the provider.
  static func revocationFailed(_ connection: ConnectionID, _ reason: String) -> LogRecord {
    LogRecord(.warning, "account.revocationFailed", ["connection": connection, "reason": reason])
  }

  /// Its provider may go on calling for some days, unheard.
  static func watchesNotEnded(_ connection: ConnectionID, _ reason: String) -> LogRecord {
    LogRecord(.warning, "account.watchesNotEnded", ["connection": connection, "reason": reason])
  }

  static func signInFailed(_ provider: Connection.Provider, _ reason: String) -> LogRecord {
    LogRecord(
      .warning, "account.signInFailed", ["provider": provider.rawValue, "reason": reason])
  }

  static func accountNotRecorded(_ connection: ConnectionID, _ error: any Error) -> LogRecord {
    LogRecord(.error, "account.notRecorded", ["connection": connection, "error": "\(error)"])
  }
}
