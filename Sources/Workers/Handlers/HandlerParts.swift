import Bookings
import Calendars
import Core
import Queue

/// What the handlers of bookings share: what they are given, and how a booking becomes an event.
package struct HandlerParts: Sendable {
  let cases: any BookingCases
  let accounts: any Accounts
  let zones: ZoneDatabase
  let time: any TimeSource
  /// Where guest and host look after the booking.
  let manageURL: @Sendable (BookingID) -> String
  /// The domain under which UIDs are made, fixed for the life of an installation.
  package let domain: String
  /// How long what the host has done by hand may be taken back before it counts.
  let grace: Duration

  package init(
    cases: any BookingCases, accounts: any Accounts, zones: ZoneDatabase, time: any TimeSource,
    manageURL: @escaping @Sendable (BookingID) -> String, domain: String,
    grace: Duration = .seconds(60)
  ) {
    self.cases = cases
    self.accounts = accounts
    self.zones = zones
    self.time = time
    self.manageURL = manageURL
    self.domain = domain
    self.grace = grace
  }

  /// The booking that a job's payload names.
  func bookingCase(_ payload: BookingPayload) throws(JobError) -> BookingCase {
    let found: BookingCase?
    do {
      found = try cases.bookingCase(payload.booking)
    } catch {
      throw JobError(.transient, "the booking could not be read: \(error)")
    }
    guard let found else { throw JobError(.permanent, "there is no booking \(payload.booking)") }
    return found
  }

  /// The same for a job that has ended: nil where there is no booking to speak of. Throws only what passes.
  func bookingCase(ofFailed job: ClaimedJob) throws(JobError) -> BookingCase? {
    do throws(JobError) {
      return try bookingCase(try BookingPayload(job))
    } catch {
      if error.kind == .permanent { return nil }
      throw error
    }
  }

  func provider(of calendar: Calendar) throws(JobError) -> any CalendarProvider {
    do throws(ProviderError) {
      return try accounts.provider(of: calendar)
    } catch {
      throw JobError(error)
    }
  }

  /// The conflict recheck: whether the host is taken at `time`, as the calendars say at this moment.
  /// With `exceptOwn`, this booking's own event does not count. Throws where one of them does not answer:
  /// not known is not free.
  func isTaken(
    _ time: Interval, _ found: BookingCase, exceptOwn: Bool
  ) throws(JobError) -> Bool {
    let settings = found.link.settings.agreed(with: found.booking)
    let reach = settings.reach(ofSlotsIn: Interval(start: time.start, end: time.start))
    let own = exceptOwn ? OwnEvent(eventKey(found.booking), in: found.destination.id) : nil
    var busy: [Interval] = []
    for (_, calendars) in Dictionary(grouping: found.conflicts, by: \.connection) {
      busy += try busyTime(of: calendars, during: reach, except: own)
    }
    let zone: Zone
    do {
      zone = try zones.zone(settings.timeZone)
    } catch {
      throw JobError(.permanent, "the time zone \(settings.timeZone) cannot be read: \(error)")
    }
    let availability = Availability(
      settings: settings, zone: zone, now: found.booking.createdAt, busy: busy, claims: [])
    return availability.obstructs(time)
  }

  private func busyTime(
    of calendars: [Calendar], during reach: Interval, except own: OwnEvent?
  ) throws(JobError) -> [Interval] {
    guard let first = calendars.first else { return [] }
    let provider = try provider(of: first)
    do throws(ProviderError) {
      let answers = try provider.busy(in: calendars, during: reach, except: own)
      var busy: [Interval] = []
      for calendar in calendars {
        guard let answer = answers[calendar.id] else {
          throw ProviderError(.transient, "the provider says nothing of one of its calendars")
        }
        busy += try answer.get().map(\.interval)
      }
      return busy
    } catch {
      throw JobError(error)
    }
  }

  func eventKey(_ booking: Booking) -> EventKey {
    EventKey(booking: booking.id, generation: booking.generation)
  }

  /// Ours, and the provider's own where it makes one; see `Settlement.uids`.
  func uids(of booking: Booking, _ made: EventReference?) -> [String] {
    [eventKey(booking).uid(domain: domain)] + (made?.uid.map { [$0] } ?? [])
  }

  /// Ours, of a booking's first event.
  package func uid(of booking: BookingID) -> String {
    EventKey(booking: booking, generation: 0).uid(domain: domain)
  }

  func draft(_ found: BookingCase, at time: Interval, sequence: Int) -> EventDraft {
    let booking = found.booking
    let details = booking.details
    let url = manageURL(booking.id)
    let key = eventKey(booking)
    var draft = EventDraft(
      key: key, uid: key.uid(domain: domain), booking: booking.id, sequence: sequence,
      interval: time, timeZone: found.destination.timeZone,
      summary: "\(details.title): \(details.guest.name.forOthers)",
      description: EventText.description(details, manageURL: url), location: details.location,
      organizer: EventPerson(name: found.link.host.name, email: found.link.host.email),
      attendees: [EventPerson(name: details.guest.name.forOthers, email: details.guest.email)]
        + details.additionalGuests.map { EventPerson(name: "", email: $0) },
      url: url, stamp: booking.updatedAt)
    draft.wantsConference = details.wantsConference
    return draft
  }

  /// Tells everybody whom it concerns, in the same transaction as what there is to tell. `time` is the
  /// meeting's that the message is about, `other` the one before a move, or asked for in vain. What the
  /// host has done `byHost`'s own hand is no news to the host.
  func invitations(
    _ message: InvitationMessage, _ booking: Booking, revision: Int, time: Interval,
    other: Interval? = nil, reason: String? = nil, byHost: Bool = false
  ) -> [NewJob] {
    var jobs = message.jobs(
      booking, revision: revision, time: time, other: other, reason: reason, byHost: byHost)
    if message == .confirmed || message == .moved {
      jobs += reminders(of: booking, revision: revision, time: time)
    }
    return jobs
  }

  /// Scheduled for a time that may not come: each looks when it runs whether the meeting still is then.
  /// None is of the sequence of its recipient's mail, which would wait for it.
  private func reminders(of booking: Booking, revision: Int, time: Interval) -> [NewJob] {
    let now = self.time.now()
    return booking.details.remindersMinutes.flatMap { minutes -> [NewJob] in
      let runAt = time.start - .minutes(minutes)
      guard runAt > now else { return [] }
      return InvitationMessage.reminder.recipients(of: booking).map { recipient in
        var payload = BookingPayload(booking: booking.id, revision: revision)
        payload.message = .reminder
        payload.recipient = recipient
        payload.start = time.start
        payload.minutesBefore = minutes
        return NewJob(
          kind: .invitation, payload: payload.json, organization: booking.organization.text,
          lane: .mail, runAt: runAt, deadline: time.start)
      }
    }
  }

  /// Has the booking compared with its event.
  func observation(
    of booking: BookingID, organization: OrganizationID, on calendar: Calendar,
    _ payload: ObservePayload, runAt: Timestamp? = nil
  ) -> NewJob {
    NewJob(
      kind: .observe, payload: payload.json, organization: organization.text,
      // A sequence of its own: it must not keep waiting what a guest asks for.
      sequence: "observe:\(booking)", lane: LaneID(rawValue: calendar.connection.text),
      uniqueKey: "observe:\(booking)", runAt: runAt)
  }

  func observation(_ found: BookingCase, runAt: Timestamp? = nil) -> NewJob {
    observation(
      of: found.booking.id, organization: found.booking.organization, on: found.destination,
      ObservePayload(booking: found.booking.id), runAt: runAt)
  }

  /// A job of the booking itself, after those that it has already.
  func job(
    _ kind: JobKind, _ found: BookingCase, revision: Int, refusedTime: Timestamp? = nil,
    deadline: Timestamp? = nil
  ) -> NewJob {
    .about(
      found.booking, kind, lane: LaneID(rawValue: found.destination.connection.text),
      revision: revision, refusedTime: refusedTime, deadline: deadline)
  }
}

extension NewJob {
  /// - Parameter refusedTime: Of one that puts an event back: where a move would have brought it.
  static func about(
    _ booking: Booking, _ kind: JobKind, lane: LaneID?, revision: Int,
    refusedTime: Timestamp? = nil, deadline: Timestamp? = nil
  ) -> NewJob {
    var payload = BookingPayload(booking: booking.id, revision: revision)
    payload.otherStart = refusedTime
    return NewJob(
      kind: kind, payload: payload.json, organization: booking.organization.text,
      sequence: "booking:\(booking.id)", lane: lane, deadline: deadline)
  }
}

/// The text in the host's calendar. Where the provider invites, everybody in the event reads it too.
enum EventText {
  static func description(_ details: BookingDetails, manageURL: String) -> String {
    var lines = ["Booked by \(details.guest.name.forOthers) (\(details.guest.email))."]
    if !details.additionalGuests.isEmpty {
      lines.append("With \(details.additionalGuests.joined(separator: ", ")).")
    }
    for answer in details.answers { lines += ["", answer.label, answer.text.forOthers] }
    if !details.notes.isEmpty { lines += ["", details.notes.forOthers] }
    lines += ["", "Move or cancel: \(manageURL)"]
    return lines.joined(separator: "\n")
  }
}

extension JobError {
  /// A provider's error in the queue's words.
  package init(_ error: ProviderError) {
    switch error.kind {
    case .transient: self.init(.transient, error.message)
    case .throttled(let until): self.init(.throttled, error.message, retryAt: until)
    case .conflict: self.init(.conflict, error.message)
    case .needsOwner: self.init(.needsOwner, error.message)
    case .permanent: self.init(.permanent, error.message)
    case .unknownOutcome: self.init(.unknownOutcome, error.message)
    }
  }
}
