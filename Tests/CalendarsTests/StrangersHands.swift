import Bookings
import Calendars
import Core
import HTTPClient
import ProviderTestSupport

/// What the host's own hand does on a calendar with events that are none of ours, each with the title
/// `secret`, and what else the reading of changes can meet.
struct StrangersHands {
  static let secret = "Oncologist"

  /// Makes an event; returns its `remoteID` as the provider's adapter has it.
  let add: (Interval) throws -> String
  let move: (String, Interval) throws -> Void
  let delete: (String) throws -> Void
  /// The position as the provider no longer knows it.
  let expired: (SyncPosition) throws -> SyncPosition
  /// How many calls the provider has had; nil where nobody counts.
  let calls: () throws -> Int?

  static func sandbox(_ account: SandboxAccount) -> StrangersHands {
    let title = account.kind == .google ? "summary" : "subject"
    let hidden = account.kind == .google ? "visibility" : "sensitivity"
    return StrangersHands(
      add: {
        try account.addEvent(
          $0, more: [(title, .string(StrangersHands.secret)), (hidden, "private")])
      },
      move: { try account.dragEvent(id: $0, to: $1) },
      delete: { try account.deleteEvent(id: $0) },
      expired: { position in
        try account.expirePositions()
        return position
      },
      calls: { try account.calls().count })
  }

  /// - Parameter send: A method, a file of the calendar and what is sent.
  static func caldav(
    _ calendar: Calendar, expired: @escaping (SyncPosition) -> SyncPosition,
    send: @escaping (_ method: String, _ file: String, _ body: String) throws -> HTTPResponse
  ) -> StrangersHands {
    func put(_ file: String, _ interval: Interval) throws {
      _ = try send(
        "PUT", file,
        """
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//Else//EN\r\nBEGIN:VEVENT\r
        UID:\(file)\r\nDTSTAMP:20260101T000000Z\r\nCLASS:PRIVATE\r
        DTSTART:\(basic(interval.start))\r\nDTEND:\(basic(interval.end))\r
        SUMMARY:\(StrangersHands.secret)\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
        """)
    }
    func file(_ remoteID: String) -> String { String(remoteID.split(separator: "/").last ?? "") }
    return StrangersHands(
      add: { interval in
        let file = "stranger-\(interval.start.seconds).ics"
        try put(file, interval)
        return calendar.remoteID + file
      },
      move: { try put(file($0), $1) },
      delete: { _ = try send("DELETE", file($0), "") },
      expired: expired,
      calls: { nil })
  }

  static func basic(_ instant: Timestamp) -> String {
    instant.rfc3339.filter { $0 != "-" && $0 != ":" }
  }
}
