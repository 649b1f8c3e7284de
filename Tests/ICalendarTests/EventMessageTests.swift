import Bookings
import Core
import Testing

@testable import ICalendar

struct EventMessageTests {
  private static let uid = "bkt4ps916uc6vfpfddfhfv0bmt92783p7i@book.example.com"

  @Test(
    "S33 What we send says METHOD, UID and SEQUENCE",
    arguments: [EventObject.Method.request, .cancel])
  func whatWeSendReadsBack(method: EventObject.Method) throws {
    var event = try EventObjectTests.sample(zone: "America/New_York")
    event.sequence = 3
    let message = try EventMessage(
      event.text(method: method), calendarZone: .utc, zones: Fixture.zones)
    #expect(message.method.rawValue == method.rawValue)
    #expect(message.uid == event.uid && message.sequence == 3 && message.stamp == event.stamp)
    #expect(message.interval == event.interval)
    #expect(message.isCancelled == (method == .cancel))
    #expect(message.organizer == "alex@example.com")
    #expect(message.attendees == [.init(email: "sam@guest.example", participation: .needsAction)])
  }

  /// As the programs that most guests use write them.
  static let replies: [(name: String, text: String, answer: EventObject.Participation)] = [
    (
      "Gmail",
      """
      BEGIN:VCALENDAR
      PRODID:-//Google Inc//Google Calendar 70.9054//EN
      VERSION:2.0
      CALSCALE:GREGORIAN
      METHOD:REPLY
      BEGIN:VEVENT
      DTSTART:20260714T150000Z
      DTEND:20260714T153000Z
      DTSTAMP:20260302T090000Z
      ORGANIZER;CN=Alex Rivera:mailto:alex@example.com
      UID:\(uid)
      ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=Sam
       Guest;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="Down with a cold":mailto:sam@guest
       .example
      CREATED:20260301T120000Z
      LAST-MODIFIED:20260302T090000Z
      SEQUENCE:1
      STATUS:CONFIRMED
      SUMMARY:Intro
      END:VEVENT
      END:VCALENDAR
      """, .declined
    ),
    (
      "Outlook",
      """
      BEGIN:VCALENDAR
      METHOD:REPLY
      PRODID:Microsoft Exchange Server 2010
      VERSION:2.0
      BEGIN:VTIMEZONE
      TZID:W. Europe Standard Time
      BEGIN:STANDARD
      DTSTART:16010101T030000
      TZOFFSETFROM:+0200
      TZOFFSETTO:+0100
      RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
      END:STANDARD
      BEGIN:DAYLIGHT
      DTSTART:16010101T020000
      TZOFFSETFROM:+0100
      TZOFFSETTO:+0200
      RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
      END:DAYLIGHT
      END:VTIMEZONE
      BEGIN:VEVENT
      ATTENDEE;PARTSTAT=TENTATIVE;CN=Sam:MAILTO:Sam@Guest.example
      COMMENT;LANGUAGE=en-GB:Perhaps\\, later\\n
      UID:\(uid)
      SUMMARY;LANGUAGE=en-GB:Tentative: Intro
      DTSTART;TZID=W. Europe Standard Time:20260714T170000
      DTEND;TZID=W. Europe Standard Time:20260714T173000
      CLASS:PUBLIC
      PRIORITY:5
      DTSTAMP:20260302T090000Z
      STATUS:CONFIRMED
      SEQUENCE:1
      X-MICROSOFT-CDO-APPT-SEQUENCE:1
      END:VEVENT
      END:VCALENDAR
      """, .tentative
    ),
    (
      "Apple",
      """
      BEGIN:VCALENDAR
      VERSION:2.0
      CALSCALE:GREGORIAN
      METHOD:REPLY
      PRODID:-//Apple Inc.//macOS 15.1//EN
      BEGIN:VEVENT
      UID:\(uid)
      DTSTAMP:20260302T090000Z
      SEQUENCE:1
      ATTENDEE;CN="Sam: Guest";CUTYPE=INDIVIDUAL;EMAIL=sam@guest.example;PARTS
       TAT=ACCEPTED:mailto:sam@guest.example
      ORGANIZER:mailto:alex@example.com
      REQUEST-STATUS:2.0;Success
      END:VEVENT
      END:VCALENDAR
      """, .accepted
    ),
  ]

  @Test(arguments: replies)
  func repliesAreRead(
    name: String, text: String, answer: EventObject.Participation
  ) throws {
    let reply = try GuestReply(text, zones: Fixture.zones)
    #expect(reply.uid == Self.uid && reply.sequence == 1)
    #expect(reply.email == "sam@guest.example" && reply.participation == answer)
    #expect(reply.stamp == (try Fixture.instant("2026-03-02T09:00:00Z")))
    #expect(reply.comment == (name == "Outlook" ? "Perhaps, later\n" : ""))
  }

  @Test func anAnswerToAnEarlierInvitationDoesNotCount() throws {
    let reply = try GuestReply(Self.replies[0].text, zones: Fixture.zones)
    let before = reply.stamp - .seconds(1)
    #expect(reply.supersedes(sequence: 0, stamp: reply.stamp + .days(1)))
    #expect(reply.supersedes(sequence: 1, stamp: before))
    #expect(!reply.supersedes(sequence: 1, stamp: reply.stamp), "the same again")
    #expect(!reply.supersedes(sequence: 2, stamp: before))
  }

  @Test(arguments: [
    ("METHOD:REPLY", "METHOD:COUNTER", ICalendarError.notAnEventMessage),
    ("METHOD:REPLY\n", "", .notAnEventMessage),
    ("METHOD:REPLY", "METHOD:REQUEST", .notAnEventMessage),
    ("SEQUENCE:1", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:eve@guest.example", .notAnEventMessage),
    ("END:VEVENT\n", "END:VEVENT\nBEGIN:VEVENT\nUID:2\nEND:VEVENT\n", .notAnEventMessage),
    ("SEQUENCE:1", "RECURRENCE-ID:20260714T150000Z", .eventIsRecurring(line: 7)),
    ("UID:\(uid)\n", "", .eventMissing),
  ])
  func whatIsNoReplyIsRefused(old: String, new: String, error: ICalendarError) {
    let text = Self.replies[2].text.replacing(old, with: new)
    #expect(throws: error) { try GuestReply(text, zones: Fixture.zones) }
  }

  @Test func aConferenceIsAPropertyOfItsOwn() throws {
    var event = try EventObjectTests.sample(zone: nil)
    event.conferenceURL = "https://meet.example.com/a;b,c\r\nX-EVIL:1"
    let calendar = try #require(try Component.read(event.text(method: .request)).first)
    let line = try #require(calendar.components[0].first("CONFERENCE"))
    #expect(line.value == "https://meet.example.com/a;b,cX-EVIL:1")
    #expect(line["VALUE"] == "URI" && calendar.components[0].first("X-EVIL") == nil)
  }

  @Test func whatAServerHasDoneAboutEachGuestIsRead() throws {
    let text = Fixture.calendar(
      """
      ORGANIZER:mailto:alex@example.com
      ATTENDEE;PARTSTAT=ACCEPTED:mailto:alex@example.com
      ATTENDEE;PARTSTAT=DECLINED;SCHEDULE-STATUS="1.2":mailto:Sam@Guest.example
      ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:eve@guest.example
      ATTENDEE;SCHEDULE-STATUS=5.1:mailto:bob@guest.example
      DTSTART:20260714T150000Z
      """)
    let reading = try EventReading(text, uid: "1", calendarZone: .utc, zones: Fixture.zones)
    #expect(
      reading.guests == [
        .init(
          email: "sam@guest.example", participation: .declined, agent: .server,
          scheduleStatus: "1.2"),
        .init(
          email: "eve@guest.example", participation: .needsAction, agent: .client,
          scheduleStatus: nil),
        .init(
          email: "bob@guest.example", participation: .needsAction, agent: .server,
          scheduleStatus: "5.1"),
      ])
  }
}
