import Bookings
import Calendars
import Core
import ICalendar
import Intake
import Mail
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// What is told, to whom, in which words.
@Suite struct InvitationTests {
  @Test(
    "S33 Create, move, cancel: the calendar's one UID, SEQUENCE rises, REQUEST, REQUEST, CANCEL",
    arguments: [nil, "calendar.example"])
  func identity(uidDomain: String?) throws {
    let world = try HandlerWorld()
    world.calendar.nameEvents(under: uidDomain)
    let id = try world.confirmed()
    let uid = try #require(world.calendar.events.first).uid
    #expect(uid.hasSuffix("@calendar.example") == (uidDomain != nil))
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    try world.performAll()
    #expect(world.calendar.events.map(\.uid) == [uid])
    try world.stored.cancel(id)
    try world.performAll()

    let invitations = world.toGuests.compactMap(\.invitation)
    let read = try invitations.map {
      try EventMessage($0.text, calendarZone: .utc, zones: ZoneDatabase())
    }
    #expect(read.map(\.method) == [.request, .request, .cancel])
    #expect(read.map(\.sequence) == [0, 1, 2])
    #expect(read.map(\.uid) == [uid, uid, uid])
    #expect(read.allSatisfy { $0.organizer == "alex@host.example" })
    #expect(read.map(\.isCancelled) == [false, false, true])
    #expect(Set(world.toGuests.map(\.id.text)).count == 3)
  }

  @Test("S31 The guest reads the guest's zone and clock, the host the host's, the same instant")
  func zones() throws {
    let world = try HandlerWorld()
    var request = BookingRequest("2026-03-10T17:00:00Z")
    request.timeZone = "America/New_York"
    request.locale = "en-US"
    try world.stored.book(request)
    try world.performAll()
    let guest = try #require(world.letters(to: "guest").first)
    #expect(
      guest.plainText.contains(
        "Tuesday, March 10, 2026, 1:00 PM–1:30 PM (America/New York, UTC-04:00)"))
    #expect(guest.subject == "Confirmed: Intro call, Tue, Mar 10, 2026 1:00 PM (America/New York)")
    let host = try #require(world.letters(to: "host").first)
    #expect(host.plainText.contains("Tuesday 10 March 2026, 17:00–17:30 (UTC, UTC+00:00)"))
    #expect(host.to.email == StoredWorld.host.email && host.invitation == nil)
    #expect(host.replyTo?.email == "sam@guest.example")
    let event = try EventMessage(
      try #require(guest.invitation).text, calendarZone: .utc, zones: ZoneDatabase())
    #expect(event.interval?.start == instant("2026-03-10T17:00:00Z"))
  }

  @Test func everybodyWhoComesAlongIsToldButCannotChangeIt() throws {
    let world = try HandlerWorld()
    var request = BookingRequest("2026-03-10T17:00:00Z")
    request.additionalGuests = ["kim@guest.example"]
    try world.stored.book(request)
    try world.performAll()
    #expect(
      world.outbox.messages.map(\.to.email) == [
        "sam@guest.example", "kim@guest.example", "alex@host.example",
      ])
    let companion = try #require(world.letters(to: "additional-0").first)
    #expect(!companion.plainText.contains("/r/") && !companion.html.contains("/r/"))
    let invitation = try #require(companion.invitation).text.replacing("\r\n ", with: "")
    #expect(!invitation.contains("/r/"))
    #expect(invitation.contains("mailto:kim@guest.example"))
  }

  @Test func whoIsRefusedReadsWhatIsFreeInstead() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.add(try world.stored.booking(id).time, on: StoredWorld.work)
    try world.performAll()
    let letter = try #require(world.letters(to: "guest").first)
    #expect(letter.subject.hasPrefix("Not possible:"))
    #expect(letter.plainText.contains("Free at the moment: Tuesday 10 March 2026, 18:00–18:30"))
    #expect(letter.plainText.contains("https://book.example.com/b/intro"))
    #expect(letter.invitation == nil)
    #expect(world.letters(to: "host").isEmpty)
  }

  @Test("A calendar that invites is believed, once it shows the guest")
  func whoInvites() throws {
    let told = StoredGuest(email: "sam@guest.example", answer: .needsAction, isTold: true)
    let untold = StoredGuest(email: "SAM@guest.example", answer: .needsAction, isTold: false)
    let other = StoredGuest(email: "kim@guest.example", answer: .needsAction, isTold: true)
    for (guest, isOurs) in [(told, false), (untold, true), (other, true)] {
      let world = try HandlerWorld()
      world.calendar.schedule(guest)
      let id = try world.confirmed()
      #expect(world.toGuests.isEmpty != isOurs, "\(guest)")
      let delivery = try #require(
        try world.stored.store.deliveries(of: id).first { $0.recipient == "guest" })
      #expect(delivery.state == (isOurs ? .sent : .byProvider))

      // Whoever invited takes back: the event that could tell is gone by then.
      try world.stored.cancel(id)
      try world.performAll()
      #expect(world.subjects.count == (isOurs ? 2 : 0))
    }
  }

  @Test func aCalendarThatCannotBeReadBackIsAskedAgain() throws {
    let world = try HandlerWorld()
    world.calendar.schedule(
      StoredGuest(email: "sam@guest.example", answer: .needsAction, isTold: true))
    try world.stored.book("2026-03-10T17:00:00Z")
    try world.performNext()
    world.calendar.fail(.event, .refuse(.transient), times: 2)
    try world.performAll()
    #expect(world.toGuests.isEmpty)
    #expect(try world.guestJobs().map(\.attempt) == [3])
  }

  @Test("A server that sends for nobody but itself sends in the host's name")
  func author() throws {
    let host = try Mailbox(name: "Alex", email: "alex@host.example")
    let server = try Mailbox(name: "Bookend", email: "bookings@example.com")
    #expect(try MailIdentity(server: server, author: .host).organizer(for: host) == host)
    let organizer = try MailIdentity(server: server, author: .server).organizer(for: host)
    #expect(organizer.name == "Alex" && organizer.email == "bookings@example.com")
  }

  @Test func jobsAndTheirDefinitionAgreeOnTheMessages() throws {
    let world = try StoredWorld()
    let field = try #require(
      world.definitions[.invitation].payload.fields.first { $0.name == "message" })
    #expect(
      field.type
        == .choice(
          InvitationMessage.allCases.map(\.rawValue) + [
            LinkMailPayload.message
          ] + IncidentPayload.Message.allCases.map(\.rawValue)))
    for use in [nil] + CalendarUse.allCases {
      try world.definitions[.invitation].payload.check(IncidentPayload(incident: 1, use: use).json)
    }
    let link = LinkMailPayload(
      link: LinkID("lnk_1"), name: "Sarah", email: "sarah@guest.example", words: "Hi")
    try world.definitions[.invitation].payload.check(link.json)
    for message in InvitationMessage.allCases {
      var payload = BookingPayload(booking: BookingID("bkg_1"), revision: 1)
      payload.message = message
      payload.start = instant("2026-03-10T17:00:00Z")
      payload.minutesBefore = 60
      try world.definitions[.invitation].payload.check(payload.json)
    }
  }
}
