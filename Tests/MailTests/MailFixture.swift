import Core
import ICalendar
import Testing

@testable import Mail

/// A booking of half an hour in London on the 10th of March 2026, for tests that are about
/// something else.
enum MailFixture {
  static let zones = ZoneDatabase()
  static let alex = BookingNotice.Person(name: "Alex Rivera", email: "alex@example.com")

  static func time(
    _ start: String = "2026-03-10T18:00:00Z", _ end: String = "2026-03-10T18:30:00Z",
    in zone: String = "Europe/London", locale: String = ""
  ) throws -> MeetingTime {
    MeetingTime(
      start: try instant(start), end: try instant(end), zone: try zones.zone(zone),
      locale: ReaderLocale(tag: locale))
  }

  static func instant(_ text: String) throws -> Timestamp {
    try #require(Timestamp(rfc3339: text))
  }

  static func notice(
    _ kind: BookingNotice.Kind, to reader: BookingNotice.Reader = .guest,
    title: String = "Intro call", guestName: String = "Sam Guest", companions: [String] = [],
    notes: String = "", time: MeetingTime? = nil, reason: String = ""
  ) throws -> BookingNotice {
    BookingNotice(
      kind, to: reader, title: title, host: alex,
      guest: .init(name: guestName, email: "sam@guest.example"), companions: companions,
      location: "Room 5", notes: notes, time: try time ?? self.time(), reason: reason,
      manageURL: "https://book.example.com/r/token")
  }

  static func message(
    _ notice: BookingNotice, method: EventObject.Method?, host: String = "Alex Rivera",
    guest: String = "Sam Guest"
  ) throws -> Message {
    let invitation = try method.map { method in
      Message.Invitation(try event(named: notice.title), method: method)
    }
    return Message(
      notice.letter, from: try Mailbox(name: host, email: "alex@example.com"),
      to: try Mailbox(name: guest, email: "sam@guest.example"), invitation: invitation,
      id: try MessageID("bk1.0.\(method?.rawValue ?? "NOTICE").c0ffee@book.example.com"),
      date: try instant("2026-03-01T12:00:00Z"))
  }

  private static func event(named title: String) throws -> EventObject {
    let time = try time()
    return EventObject(
      uid: "bk1@book.example.com", sequence: 1, stamp: try instant("2026-03-01T12:00:00Z"),
      interval: .init(start: time.start, end: time.end), summary: title,
      organizer: EventObject.Organizer(name: "Alex Rivera", email: "alex@example.com"),
      attendees: [EventObject.Attendee(name: "Sam Guest", email: "sam@guest.example")])
  }
}
