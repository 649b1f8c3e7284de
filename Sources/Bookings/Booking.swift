import Core

/// The agreement between a host and a guest. Its id, its event's identity and its token last for life;
/// times move.
package struct Booking: Equatable, Sendable {
  package let id: BookingID
  package let organization: OrganizationID
  package let link: LinkID
  /// The calendar that holds, or will hold, the event.
  package let calendar: CalendarID
  package var state: BookingState
  /// Raised by each material change that people are told of: the SEQUENCE of iCalendar.
  package var revision: Int
  /// The time that is agreed: while rescheduling still the old one.
  package var time: Interval
  /// The time asked for by a reschedule that the calendar has not yet answered.
  package var requestedTime: Interval?
  package let details: BookingDetails
  /// Why it ended, or the guest's or host's words on cancelling; for the guest's eyes.
  package var reason: String?
  /// Where people join, once the calendar has made a video meeting. A move keeps it.
  package var conferenceURL: String?
  /// The event's UID, as the calendar has it; nil until it is known. Many providers make one of their own.
  package var eventUID: String?
  /// How often its event was made anew at a provider that remembers the one before: part of the event's key.
  package var generation: Int
  package let createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: BookingID, organization: OrganizationID, link: LinkID, calendar: CalendarID,
    state: BookingState, revision: Int, time: Interval, requestedTime: Interval? = nil,
    details: BookingDetails, reason: String? = nil, conferenceURL: String? = nil,
    eventUID: String? = nil, generation: Int = 0, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.organization = organization
    self.link = link
    self.calendar = calendar
    self.state = state
    self.revision = revision
    self.time = time
    self.requestedTime = requestedTime
    self.details = details
    self.reason = reason
    self.conferenceURL = conferenceURL
    self.eventUID = eventUID
    self.generation = generation
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// What was said at booking and does not change afterwards.
package struct BookingDetails: Equatable, Sendable {
  /// As the link said it then: a later change of the link does not rename a meeting.
  package var title: String
  package var location: String
  /// Whether the calendar is to make a video meeting for it.
  package var wantsConference: Bool
  /// IANA name: the zone in which the guest saw the slots.
  package var guestTimeZone: String
  /// IANA name of the link's zone then; with it the wall time that was meant can be told.
  package var hostTimeZone: String
  package var guest: Guest
  package var additionalGuests: [String]
  package var notes: String
  package var answers: [Answer]
  /// Of the link then; a move keeps them, so that the time kept stays as agreed.
  package var bufferBeforeMinutes: Int
  package var bufferAfterMinutes: Int
  /// How the guest reads times: the first language tag that their browser sent (RFC 5646), or empty.
  package var guestLocale: String
  /// How long before the meeting its guests are reminded; of the link then.
  package var remindersMinutes: [Int]

  package init(
    title: String, location: String, guestTimeZone: String, hostTimeZone: String, guest: Guest,
    additionalGuests: [String] = [], notes: String = "", answers: [Answer] = [],
    bufferBeforeMinutes: Int = 0, bufferAfterMinutes: Int = 0, guestLocale: String = "",
    remindersMinutes: [Int] = [], wantsConference: Bool = false
  ) {
    self.title = title
    self.location = location
    self.guestTimeZone = guestTimeZone
    self.hostTimeZone = hostTimeZone
    self.guest = guest
    self.additionalGuests = additionalGuests
    self.notes = notes
    self.answers = answers
    self.bufferBeforeMinutes = bufferBeforeMinutes
    self.bufferAfterMinutes = bufferAfterMinutes
    self.guestLocale = guestLocale
    self.remindersMinutes = remindersMinutes
    self.wantsConference = wantsConference
  }

  /// What a booking at `time` keeps on its calendar.
  package func kept(_ time: Interval) -> Interval {
    time.widened(before: .minutes(bufferBeforeMinutes), after: .minutes(bufferAfterMinutes))
  }
}

package struct Guest: Equatable, Sendable {
  package var name: String
  package var email: String

  package init(name: String, email: String) {
    self.name = name
    self.email = email
  }
}

/// One line of a booking's history, for guest and host alike.
package struct BookingHistoryEntry: Equatable, Sendable {
  package let at: Timestamp
  package let change: BookingChange
  package let state: BookingState
  package let time: Interval
  package let reason: String?
  /// Whose doing it was.
  package let actor: BookingActor

  /// - Parameter actor: nil where the change itself tells it.
  package init(
    at: Timestamp, change: BookingChange, state: BookingState, time: Interval, reason: String?,
    actor: BookingActor? = nil
  ) {
    self.at = at
    self.change = change
    self.actor = actor ?? change.usualActor
    self.state = state
    self.time = time
    self.reason = reason
  }
}
