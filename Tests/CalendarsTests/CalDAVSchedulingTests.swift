import Bookings
import Core
import Foundation
import TestSupport
import Testing

@testable import Calendars

/// A server that schedules (RFC 6638), by script: the one that the tests have besides does not.
@Suite struct CalDAVSchedulingTests {
  private let draft: EventDraft

  init() throws {
    draft = .sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
  }

  private static let features = "1, 2, 3, calendar-access, calendar-auto-schedule"

  private static func principal(
    outbox: String = "<C:schedule-outbox-URL><D:href>/outbox/</D:href></C:schedule-outbox-URL>",
    addresses: [String]
  ) -> String {
    let hrefs = addresses.map { "<D:href>mailto:\($0)</D:href>" }.joined()
    return """
      <D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>\
      <D:href>/principal/</D:href><D:propstat><D:prop>\
      <C:calendar-home-set><D:href>/cal/</D:href></C:calendar-home-set>\(outbox)\
      <C:calendar-user-address-set>\(hrefs)</C:calendar-user-address-set></D:prop>\
      <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>
      """
  }

  /// What is PUT on a server that says these things of itself.
  private func stored(
    features: String, principal: String
  ) throws -> (object: String, asksOptions: Int, invites: Bool) {
    let server = try RawHTTPServer { request in
      switch request.method {
      case "OPTIONS": [.answer(200, headers: ["DAV: \(features)"])]
      case "PROPFIND": [.answer(207, headers: ["Content-Type: application/xml"], principal)]
      default: [.answer(201)]
      }
    }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    let calendar = Bookings.Calendar.sample(url: server.url + "/cal/")
    _ = try provider.create(draft, in: calendar)
    _ = try provider.create(draft, in: calendar)
    let requests = server.requests
    let put = try #require(requests.last { $0.method == "PUT" })
    return (
      put.body.replacing("\r\n ", with: ""), requests.filter { $0.method == "OPTIONS" }.count,
      try provider.invitesGuests(of: calendar)
    )
  }

  @Test func whereTheServerSchedulesItInvites() throws {
    let host = draft.organizer.email
    let found = try stored(
      features: Self.features, principal: Self.principal(addresses: ["other@example.org", host]))
    #expect(found.invites && found.asksOptions == 1)
    #expect(!found.object.contains("SCHEDULE-AGENT"))
    #expect(found.object.contains("mailto:\(host)\r\n"))
  }

  @Test func itSchedulesForItsOwnUserOnly() throws {
    let found = try stored(
      features: Self.features, principal: Self.principal(addresses: ["work@example.org"]))
    #expect(found.invites)
    let organizer = found.object.split(separator: "\r\n").first { $0.hasPrefix("ORGANIZER") }
    #expect(organizer?.hasSuffix(":mailto:work@example.org") == true)
  }

  @Test(arguments: [
    ("1, 2, 3, calendar-access", principal(addresses: ["alex@example.com"])),
    (features, principal(outbox: "", addresses: ["alex@example.com"])),
    (features, principal(addresses: [])),
  ])
  func whereAnythingIsMissingWeInvite(features: String, principal: String) throws {
    let found = try stored(features: features, principal: principal)
    #expect(!found.invites)
    #expect(found.object.contains("SCHEDULE-AGENT=CLIENT"))
  }

  @Test func aServerInTroubleIsAskedAgainBeforeAnythingIsWritten() throws {
    let server = try RawHTTPServer { request in
      [.answer(request.method == "OPTIONS" ? 503 : 201)]
    }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    let calendar = Bookings.Calendar.sample(url: server.url + "/cal/")
    #expect(throws: ProviderError.self) { try provider.create(draft, in: calendar) }
    #expect(!server.requests.contains { $0.method == "PUT" })
  }

  @Test func eachGuestTellsWhoHasToldThem() throws {
    let text = """
      BEGIN:VCALENDAR
      VERSION:2.0
      BEGIN:VEVENT
      UID:\(draft.uid)
      DTSTAMP:20270101T000000Z
      DTSTART:20270115T090000Z
      DTEND:20270115T093000Z
      ORGANIZER:mailto:alex@example.com
      ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-STATUS="1.2":mailto:a@guest.example
      ATTENDEE;SCHEDULE-STATUS="5.1":mailto:b@guest.example
      ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:c@guest.example
      ATTENDEE:mailto:d@guest.example
      END:VEVENT
      END:VCALENDAR
      """
    let server = try RawHTTPServer { _ in [.answer(200, text)] }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    let event = try #require(
      try provider.event(draft.key, in: .sample(url: server.url + "/cal/")))
    #expect(event.guests.map(\.isTold) == [true, false, false, true])
    #expect(event.guests.map(\.answer) == [.accepted, .needsAction, .needsAction, .needsAction])
  }
}
