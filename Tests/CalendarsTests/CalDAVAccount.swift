import Bookings
import Calendars
import Core
import struct Foundation.Data
import struct Foundation.UUID
import HTTPClient
import TestSupport

/// One account on the Radicale that all tests share, and what other people do to its calendars. Each test
/// has calendars of its own.
struct CalDAVAccount {
  private static let server = Result { try RadicaleServer() }
  private static let http = HTTPClient()

  let server: RadicaleServer

  init() throws { server = try CalDAVAccount.server.get() }

  func provider(
    url: String? = nil, username: String? = nil, password: String? = nil,
    addresses: Set<String> = []
  ) throws -> CalDAVProvider {
    try .sample(
      url: url ?? server.url, username: username ?? server.username,
      password: password ?? server.password, addresses: addresses)
  }

  func calendar(
    timeZone: String = "Europe/Berlin", properties: [String: String] = [:]
  ) throws -> Calendar {
    let name = "cal-\(UUID())"
    let url = try server.makeCalendar(name, properties: properties)
    return Calendar(
      id: CalendarID(name), connection: ConnectionID("cnn_1"), remoteID: url, name: name,
      timeZone: timeZone, isWritable: true)
  }

  func objects(in calendar: Calendar) throws -> [String: String] {
    try server.objects(in: calendar.name)
  }

  /// As another program of the owner's would.
  @discardableResult
  func send(
    _ method: String, _ calendar: Calendar, _ file: String, _ body: String = ""
  ) throws -> HTTPResponse {
    let credentials = Data("\(server.username):\(server.password)".utf8).base64EncodedString()
    return try CalDAVAccount.http.send(
      HTTPRequest(
        method, calendar.remoteID + file, headers: [("Content-Type", "text/calendar")],
        authorization: Redacted("Basic \(credentials)"), body: Array(body.utf8)),
      deadline: .seconds(10))
  }

  /// Puts an event that somebody else made there; `lines` are those of its VEVENT but UID and DTSTAMP,
  /// several VEVENTs separated by an empty line.
  func put(
    _ lines: String, uid: String = UUID().uuidString, zones: String = "", in calendar: Calendar
  ) throws {
    let events = lines.components(separatedBy: "\n\n").map {
      "BEGIN:VEVENT\nUID:\(uid)\nDTSTAMP:20260101T000000Z\n\($0)\nEND:VEVENT"
    }
    let text =
      "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody//Else//EN\n\(zones)"
      + events.joined(separator: "\n") + "\nEND:VCALENDAR\n"
    let response = try send(
      "PUT", calendar, "\(uid).ics", text.replacing("\n", with: "\r\n"))
    guard response.status == 201 else { throw StrangerRefused(status: response.status) }
  }
}

struct StrangerRefused: Error {
  let status: Int
}
