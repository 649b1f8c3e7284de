import Bookings
import Calendars
import Core

func time(_ text: String) throws -> Timestamp {
  guard let time = Timestamp(rfc3339: text) else { throw NotATime(text: text) }
  return time
}

func interval(_ start: String, _ end: String) throws -> Interval {
  Interval(start: try time(start), end: try time(end))
}

struct NotATime: Error {
  let text: String
}

extension EventDraft {
  /// A booking's event; tests state only what they are about.
  static func sample(
    _ booking: String = "bkg_1", generation: Int = 1, sequence: Int = 0,
    at interval: Interval, timeZone: String = "Europe/Berlin",
    attendees: [EventPerson] = [EventPerson(name: "Sam Guest", email: "sam@guest.example")]
  ) -> EventDraft {
    let id = BookingID(booking)
    let key = EventKey(booking: id, generation: generation)
    return EventDraft(
      key: key, uid: key.uid(domain: "book.example.com"), booking: id, sequence: sequence,
      interval: interval, timeZone: timeZone, summary: "Intro call", description: "See you",
      location: "Room 1", organizer: EventPerson(name: "Alex Host", email: "alex@example.com"),
      attendees: attendees, url: "https://book.example.com/r/token",
      stamp: Timestamp(seconds: 1_780_000_000))
  }
}
