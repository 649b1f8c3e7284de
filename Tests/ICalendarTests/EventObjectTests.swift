import Bookings
import Core

import TestSupport
import Testing

@testable import ICalendar

struct EventObjectTests {
  /// The event of the samples in Tests/Interop/icalendar/written; check_icalendar.py knows its
  /// values.
  static func sample(zone: String?) throws -> EventObject {
    EventObject(
      uid: "bkt4ps916uc6vfpfddfhfv0bmt92783p7i@book.example.com", sequence: 0,
      stamp: try Fixture.instant("2026-03-01T12:00:00Z"),
      interval: try Fixture.interval("2026-07-14T15:00:00Z", "2026-07-14T15:30:00Z"),
      zone: try zone.map { try Fixture.zone($0) },
      summary: "Intro; with \\ commas, and 🚀",
      description: "First line\r\nATTENDEE:mailto:evil@example.com",
      location: "Room 5, “Nord”", url: "https://book.example.com/r/token",
      organizer: EventObject.Organizer(name: "Alex Rivera", email: "alex@example.com"),
      attendees: [
        EventObject.Attendee(
          name: "Sam \"The\" Guest: x; \r\nX-EVIL:1", email: "sam@guest.example")
      ],
      created: try Fixture.instant("2026-03-01T12:00:00Z"),
      lastModified: try Fixture.instant("2026-03-01T12:00:00Z"), booking: BookingID("bkg_1"))
  }

  @Test(arguments: [
    "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Dublin",
  ])
  func whatWeStoreIsTheSample(zone: String) throws {
    let text = try Self.sample(zone: zone).text(method: nil)
    let name = "stored-\(zone.split(separator: "/")[1]).ics"
    #expect(text == (try InteropSamples.sample(name, for: text)))
  }

  @Test(arguments: [EventObject.Method.request, .cancel])
  func whatWeSendIsTheSample(method: EventObject.Method) throws {
    let text = try Self.sample(zone: nil).text(method: method)
    let name = "\(method.rawValue.lowercased())-utc.ics"
    #expect(text == (try InteropSamples.sample(name, for: text)))
  }

  @Test(arguments: ["America/New_York", "Africa/Casablanca"])
  func anInvitationWithItsZoneIsTheSample(zone: String) throws {
    var event = try Self.sample(zone: zone)
    event.conferenceURL = "https://meet.example.com/intro"
    let text = event.text(method: .request)
    let name = "request-\(zone.split(separator: "/")[1]).ics"
    #expect(text == (try InteropSamples.sample(name, for: text)))
  }

  @Test(
    "S33 CR/LF in a guest's name cannot inject a property",
    arguments: ["\r\n", "\n", "\r", "\u{2028}", "\u{85}", "\u{0B}", "\r\n\r\n", "^n"])
  func injection(lineBreak: String) throws {
    let evil = "Sam\(lineBreak)ATTENDEE:mailto:evil@example.com\(lineBreak)END:VEVENT"
    var event = try Self.sample(zone: nil)
    event.summary = evil
    event.description = evil
    event.location = evil
    event.url = evil
    event.uid = evil
    event.organizer = EventObject.Organizer(name: evil, email: evil)
    event.attendees = [EventObject.Attendee(name: evil, email: evil)]
    event.booking = BookingID(evil)
    let harmless = try #require(
      try Component.read(try Self.sample(zone: nil).text(method: .request)).first)
    let calendar = try #require(try Component.read(event.text(method: .request)).first)
    #expect(calendar.components.count == 1)
    let names = { (component: Component) in component.components[0].properties.map(\.name) }
    #expect(names(calendar) == names(harmless))
    #expect(calendar.components[0].components.isEmpty)
  }

  @Test func aCancellingMessageSaysSo() throws {
    let text = try Self.sample(zone: nil).text(method: .cancel)
    #expect(text.contains("METHOD:CANCEL\r\n") && text.contains("STATUS:CANCELLED\r\n"))
    #expect(!text.contains("RSVP"))
    #expect(!(try Self.sample(zone: nil).text(method: nil)).contains("METHOD"))
  }

  @Test(arguments: [
    "America/New_York", "Europe/Dublin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham",
    "Africa/Casablanca", "America/Vancouver", "UTC", "Asia/Kathmandu", "America/Santiago",
  ])
  func theZoneWrittenMeansTheSameAsTheZone(name: String) throws {
    let zone = try Fixture.zone(name)
    for day in stride(from: 0, to: 730, by: 5) {
      let start = try Fixture.instant("2026-01-01T00:30:00Z") + .days(day)
      let interval = Interval(start: start, duration: .days(3))
      let described = try DescribedZone(.timeZone(zone, around: interval))
      for hours in 0...72 {
        let local = zone.local(at: start + .hours(hours))
        #expect(try described.instant(of: local) == zone.instantKeepingOffset(of: local))
      }
    }
  }

  @Test func theSecondOccurrenceOfAWallTimeIsWrittenInUTC() throws {
    var event = try Self.sample(zone: "America/New_York")
    event.interval = try Fixture.interval("2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z")
    let text = event.text(method: nil)
    #expect(text.contains("DTSTART:20261101T063000Z\r\n"))
    #expect(text.contains("DTEND;TZID=America/New_York:20261101T020000\r\n"))
    let reading = try EventReading(
      text, uid: event.uid, calendarZone: .utc, zones: Fixture.zones)
    #expect(reading.interval == event.interval)
  }

  @Test func whatWasWrittenReadsBack() throws {
    var event = try Self.sample(zone: "Europe/Berlin")
    event.sequence = 7
    let reading = try EventReading(
      event.text(method: nil), uid: event.uid, calendarZone: .utc, zones: Fixture.zones)
    #expect(reading.interval == event.interval)
    #expect(reading.sequence == 7)
    #expect(reading.booking == BookingID("bkg_1"))
    #expect(!reading.isCancelled && !reading.isRecurring)
    #expect(throws: ICalendarError.eventMissing) {
      try EventReading(
        event.text(method: nil), uid: "other", calendarZone: .utc, zones: Fixture.zones)
    }
  }
}
