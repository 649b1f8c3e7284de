import Bookings
import Core

/// An event of ours as iCalendar text, for a CalDAV server or for a guest's mail. The same values
/// always give the same bytes.
package struct EventObject: Sendable {
  /// iTIP's METHOD (RFC 5546 section 1.4).
  package enum Method: String, Sendable {
    case request = "REQUEST"
    case cancel = "CANCEL"
  }

  package enum Status: String, Sendable {
    case confirmed = "CONFIRMED"
    case tentative = "TENTATIVE"
    case cancelled = "CANCELLED"
  }

  package enum Participation: String, Sendable {
    case needsAction = "NEEDS-ACTION"
    case accepted = "ACCEPTED"
    case declined = "DECLINED"
    case tentative = "TENTATIVE"
    case delegated = "DELEGATED"
  }

  package struct Organizer: Equatable, Sendable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
      self.name = name
      self.email = email
    }
  }

  package struct Attendee: Equatable, Sendable {
    package var name: String
    package var email: String
    package var participation: Participation
    package var isReplyWanted: Bool

    package init(
      name: String, email: String, participation: Participation = .needsAction,
      isReplyWanted: Bool = true
    ) {
      self.name = name
      self.email = email
      self.participation = participation
      self.isReplyWanted = isReplyWanted
    }
  }

  /// Chosen once and equal everywhere, at most 255 octets.
  package var uid: String
  package var sequence: Int
  /// When this text was made (DTSTAMP).
  package var stamp: Timestamp
  package var interval: Interval
  /// Times are written in this zone, with the rules that hold around the event; in UTC if nil.
  package var zone: Zone?
  package var summary: String
  package var description: String
  package var location: String
  package var url: String
  /// Where to join, if the meeting is held online: CONFERENCE of RFC 7986 section 5.11.
  package var conferenceURL: String
  package var organizer: Organizer?
  package var attendees: [Attendee]
  package var status: Status
  package var created: Timestamp?
  package var lastModified: Timestamp?
  /// Written as `X-BOOKEND-BOOKING`: tells our own event from a stranger's with the same UID.
  package var booking: BookingID?

  package init(
    uid: String, sequence: Int, stamp: Timestamp, interval: Interval, zone: Zone? = nil,
    summary: String, description: String = "", location: String = "", url: String = "",
    conferenceURL: String = "", organizer: Organizer? = nil, attendees: [Attendee] = [],
    status: Status = .confirmed, created: Timestamp? = nil, lastModified: Timestamp? = nil,
    booking: BookingID? = nil
  ) {
    self.uid = uid
    self.sequence = sequence
    self.stamp = stamp
    self.interval = interval
    self.zone = zone
    self.summary = summary
    self.description = description
    self.location = location
    self.url = url
    self.conferenceURL = conferenceURL
    self.organizer = organizer
    self.attendees = attendees
    self.status = status
    self.created = created
    self.lastModified = lastModified
    self.booking = booking
  }
}
