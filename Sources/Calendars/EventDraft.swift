import Bookings
import Core

/// The event that a booking wants on its calendar.
package struct EventDraft: Equatable, Sendable {
  package var key: EventKey
  /// The key's, so `key.uid(domain:)`: chosen once and the same everywhere.
  package var uid: String
  package var booking: BookingID
  /// The booking's revision; SEQUENCE of RFC 5545 section 3.8.7.4.
  package var sequence: Int
  package var interval: Interval
  /// IANA name of the zone in which the event is written: the calendar's.
  package var timeZone: String
  package var summary: String
  package var description: String
  package var location: String
  package var organizer: EventPerson
  package var attendees: [EventPerson]
  /// Where guest and host look after the booking.
  package var url: String?
  /// Whether the provider's own video meeting is to be added, where it has one.
  package var wantsConference = false
  /// When this version of the event was made; DTSTAMP.
  package var stamp: Timestamp

  package init(
    key: EventKey, uid: String, booking: BookingID, sequence: Int, interval: Interval,
    timeZone: String, summary: String, description: String, location: String,
    organizer: EventPerson, attendees: [EventPerson], url: String?, stamp: Timestamp
  ) {
    self.key = key
    self.uid = uid
    self.booking = booking
    self.sequence = sequence
    self.interval = interval
    self.timeZone = timeZone
    self.summary = summary
    self.description = description
    self.location = location
    self.organizer = organizer
    self.attendees = attendees
    self.url = url
    self.stamp = stamp
  }
}

/// Somebody who takes part in an event.
package struct EventPerson: Equatable, Sendable {
  package var name: String
  package var email: String

  package init(name: String, email: String) {
    self.name = name
    self.email = email
  }
}
