import Bookings
import Core
import SQLite

// What the program itself writes to the log.

extension LogRecord {
  static func starting(
    version: String, database: String, timeZones: String, workers: Int
  ) -> LogRecord {
    LogRecord(
      .info, "starting",
      ["version": version, "database": database, "tzdata": timeZones, "workers": workers])
  }

  /// Everything that is logged, kept and shown from here on has the time of a rehearsal.
  static func wallClockSet(to start: Timestamp) -> LogRecord {
    LogRecord(.warning, "wallClockSet", ["start": start.rfc3339])
  }

  static func serving(address: String, port: UInt16, publicURL: String) -> LogRecord {
    LogRecord(
      .info, "serving", ["address": address, "port": port, "publicUrl": publicURL])
  }

  static func draining(signal: String) -> LogRecord {
    LogRecord(.info, "draining", ["signal": signal])
  }

  /// The wall clock says less than when the newest job was enqueued: it was set back meanwhile.
  static func clockIsBehind(by duration: Duration) -> LogRecord {
    LogRecord(.warning, "clockIsBehind", ["milliseconds": duration.wholeMilliseconds])
  }

  static func working(seats: Int) -> LogRecord {
    LogRecord(.info, "working", ["seats": seats])
  }

  static func peersNotSeen(error: String) -> LogRecord {
    LogRecord(.warning, "peersNotSeen", ["error": error])
  }

  /// What "durable" costs and rests on here.
  static func durability(_ durability: Durability) -> LogRecord {
    LogRecord(
      .info, "durability",
      [
        "synchronous": durability.synchronous.name, "journalMode": durability.journalMode,
        "fileSystem": durability.fileSystem, "walBytes": durability.walBytes,
        "commitMicroseconds": Int(durability.commit / .microseconds(1)),
      ])
  }

  /// A calendar cannot be read, or not be written.
  static func calendarIncident(_ calendar: String, _ use: CalendarUse, error: String) -> LogRecord {
    LogRecord(
      .warning, "calendarIncident", ["calendar": calendar, "use": use.rawValue, "error": error])
  }

  static func calendarWorks(_ calendar: String, _ use: CalendarUse) -> LogRecord {
    LogRecord(.info, "calendarWorks", ["calendar": calendar, "use": use.rawValue])
  }

  static func incidentNotRecorded(_ calendar: String, error: String) -> LogRecord {
    LogRecord(.error, "incidentNotRecorded", ["calendar": calendar, "error": error])
  }

  static let stopped = LogRecord(.info, "stopped", [:])

  /// A count that was wrong, by so much too small where that is known.
  static func miscounted(_ what: String, by amount: Int?) -> LogRecord {
    LogRecord(.error, "miscounted", ["what": what, "by": amount ?? 0])
  }
}
