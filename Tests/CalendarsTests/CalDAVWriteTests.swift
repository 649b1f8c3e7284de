import Bookings
import Calendars
import Core
import HTTPClient
import ICalendar
import TestSupport
import Testing

struct CalDAVWriteTests {
  let account: CalDAVAccount
  let calendar: Calendar
  let provider: CalDAVProvider
  let draft: EventDraft
  let later: Interval

  init() throws {
    account = try CalDAVAccount()
    calendar = try account.calendar()
    provider = try account.provider()
    draft = .sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
    later = try interval("2027-07-15T09:00:00Z", "2027-07-15T10:00:00Z")
  }

  @Test func writesWhatWasAgreed() throws {
    _ = try provider.create(draft, in: calendar)
    let event = try stored()
    #expect(event.first("UID")?.text == draft.uid)
    #expect(event.first("SUMMARY")?.text == "Intro call")
    #expect(event.first("LOCATION")?.text == "Room 1")
    #expect(event.first("DTSTART")?["TZID"] == "Europe/Berlin")
    #expect(event.first("DTSTART")?.value == "20270115T100000")
    #expect(event.first("ORGANIZER")?.value == "mailto:alex@example.com")
    #expect(event.first("ATTENDEE")?.value == "mailto:sam@guest.example")
    #expect(event.first("X-BOOKEND-BOOKING")?.text == "bkg_1")
  }

  @Test("a server that could mail guests is told not to: we do")
  func invitesNobodyItself() throws {
    #expect(!provider.invitesGuests)
    _ = try provider.create(draft, in: calendar)
    #expect(try stored().first("ATTENDEE")?["SCHEDULE-AGENT"] == "CLIENT")
  }

  @Test("a move keeps what others have written on the event and asks the guest again")
  func keepsForeignProperties() throws {
    _ = try provider.create(draft, in: calendar)
    let file = "\(draft.key.text).ics"
    let text = try #require(try account.objects(in: calendar)[file])
      .replacing("NEEDS-ACTION", with: "ACCEPTED")
      .replacing(
        "END:VEVENT",
        with: "X-SOMEBODY;X-P=1:their own\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n"
          + "DESCRIPTION:Soon\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT")
    #expect(try account.send("PUT", calendar, file, text).status < 300)

    _ = try provider.move(.sample(sequence: 1, at: later), in: calendar)
    let event = try stored()
    #expect(event.first("DTSTART")?.value == "20270715T110000")
    #expect(event.first("SEQUENCE")?.value == "1")
    #expect(event.first("X-SOMEBODY")?.value == "their own")
    #expect(event.first("ATTENDEE")?["PARTSTAT"] == "NEEDS-ACTION")
    #expect(event.first("ATTENDEE")?["SCHEDULE-AGENT"] == "CLIENT")
    #expect(event.components(named: "VALARM").count == 1)
  }

  @Test("an event of ours under another name is found by its UID")
  func movedFile() throws {
    _ = try provider.create(draft, in: calendar)
    let file = "\(draft.key.text).ics"
    let text = try #require(try account.objects(in: calendar)[file])
    #expect(try account.send("DELETE", calendar, file).status < 300)
    #expect(try account.send("PUT", calendar, "renamed.ics", text).status < 300)

    #expect(try !provider.isInPlace(draft.key, in: calendar))
    #expect(try provider.create(draft, in: calendar).remoteID == calendar.remoteID + "renamed.ics")
    _ = try provider.move(.sample(sequence: 1, at: later), in: calendar)
    #expect(try provider.event(draft.key, in: calendar)?.interval == later)
    #expect(try account.objects(in: calendar).keys.sorted() == ["renamed.ics"])
    try provider.remove(draft, in: calendar)
    #expect(try account.objects(in: calendar).isEmpty)
  }

  @Test func whatWasCancelledThereIsGone() throws {
    _ = try provider.create(draft, in: calendar)
    let file = "\(draft.key.text).ics"
    let text = try #require(try account.objects(in: calendar)[file])
      .replacing("STATUS:CONFIRMED", with: "STATUS:CANCELLED")
    #expect(try account.send("PUT", calendar, file, text).status < 300)
    #expect(failure { try provider.create(draft, in: calendar) }?.kind == .conflict(.gone))
    #expect(failure { try provider.move(draft, in: calendar) }?.kind == .conflict(.gone))
    #expect(try provider.event(draft.key, in: calendar)?.isCancelled == true)
    #expect(try !provider.isInPlace(draft.key, in: calendar))
    try provider.remove(draft, in: calendar)
    #expect(try account.objects(in: calendar).isEmpty)
  }

  @Test("a calendar that is gone takes no event, has none, and needs none removed")
  func calendarGone() throws {
    let gone = Calendar.sample(url: account.server.url + "/alex/nothing-here/")
    #expect(failure { try provider.create(draft, in: gone) }?.kind == .permanent)
    #expect(try provider.event(draft.key, in: gone) == nil)
    #expect(failure { try provider.move(draft, in: gone) }?.kind == .conflict(.gone))
    try provider.remove(draft, in: gone)
  }

  @Test("S6 an answer lost after the commit is no second event", arguments: ["create", "move"])
  func lostAnswer(_ verb: String) throws {
    if verb == "move" { _ = try provider.create(draft, in: calendar) }
    let moved = EventDraft.sample(sequence: 1, at: later)
    // Passes everything on to the real server, and drops its answer to the first PUT.
    let http = HTTPClient()
    let upstream = account.server.url
    let relay = try RawHTTPServer { [drops = Drops()] request in
      let answer = try? http.send(
        HTTPRequest(
          request.method, upstream + request.path, headers: request.passedOn,
          authorization: request.header("Authorization").map { Redacted($0) },
          body: Array(request.body.utf8)),
        deadline: .seconds(10))
      guard let answer, !(request.method == "PUT" && drops.isFirst()) else { return [.close] }
      let headers = answer.headers.filter {
        !["content-length", "connection"].contains($0.name.lowercased())
      }
      return [
        .answer(
          answer.status, headers: headers.map { "\($0.name): \($0.value)" },
          String(decoding: answer.body, as: UTF8.self))
      ]
    }
    defer { relay.stop() }
    let provider = try CalDAVProvider.sample(url: relay.url, password: account.server.password)
    let relayed = Calendar.sample(
      url: calendar.remoteID.replacing(upstream, with: relay.url))
    let write = {
      verb == "create"
        ? try provider.create(draft, in: relayed) : try provider.move(moved, in: relayed)
    }
    #expect(failure { try write() }?.kind == .unknownOutcome)
    #expect(relay.requests.count { $0.method == "PUT" } == 1)
    #expect(try write().wasThere)
    #expect(try account.objects(in: calendar).count == 1)
    let there = try provider.event(draft.key, in: relayed)
    #expect(there?.interval == (verb == "create" ? draft.interval : later))
  }

  private func stored() throws -> Component {
    let text = try #require(try account.objects(in: calendar)["\(draft.key.text).ics"])
    return try #require(try Component.read(text).first?.components(named: "VEVENT").first)
  }
}

extension RawHTTPRequest {
  fileprivate var passedOn: [(name: String, value: String)] {
    headers.filter { header in
      !["host", "authorization", "content-length", "connection", "accept", "user-agent"]
        .contains(header.name.lowercased())
    }
  }
}
