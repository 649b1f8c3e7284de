import Bookings
import Calendars
import Core
import HTTPClient
import TestSupport

import struct Foundation.Data

/// An account of its own on the Cyrus that all tests share, and what other people do to its calendar.
struct SchedulingAccount {
  private static let server = Result { try CyrusServer() }
  private static let http = HTTPClient()

  let account: CyrusServer.Account
  let calendar: Calendar

  init() throws {
    account = try SchedulingAccount.server.get().makeAccount()
    calendar = .sample(url: account.calendar)
  }

  func provider() throws -> CalDAVProvider {
    try .sample(url: account.url, username: account.username, password: account.password)
  }

  /// As another program of the owner's would.
  func send(_ method: String, _ file: String, _ body: String = "") throws -> HTTPResponse {
    let credentials = Data("\(account.username):\(account.password)".utf8).base64EncodedString()
    return try SchedulingAccount.http.send(
      HTTPRequest(
        method, calendar.remoteID + file,
        headers: [
          ("Content-Type", method == "PUT" ? "text/calendar" : "application/xml"), ("Depth", "1"),
        ],
        authorization: Redacted("Basic \(credentials)"), body: Array(body.utf8)),
      deadline: .seconds(10))
  }

  func count() throws -> Int {
    let body = #"<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>"#
    let answer = try send("PROPFIND", "", body)
    guard answer.status == 207 else { throw StrangerRefused(status: answer.status) }
    return String(decoding: answer.body, as: UTF8.self).split(separator: ".ics</").count - 1
  }
}
