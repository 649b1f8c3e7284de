import Bookings
import Calendars
import Core
import Queue

/// Compares a booking with its event, as the provider has it under the event's own key, and lets the booking
/// follow what the host has done by hand. Nothing is written to the calendar.
///
///     as agreed ────────────────────────────▶ nothing to do
///     gone, or elsewhere ── a minute later, the same ──▶ the booking follows, its guests are told once
///                        └─ as agreed again ──▶ nothing has happened
///                        └─ otherwise again ──▶ another minute
///
/// Two readings a minute apart have to agree, since providers say for moments that an event is not there, and
/// people drag events to the wrong day and back. While a job of ours has the booking in hand, what is read may
/// be our own half-done work: then it is looked at again later.
package struct ObserveHandler: JobHandler {
  private let parts: HandlerParts
  private let records: any FollowRecords
  private let mail: any MailRecords
  private let log: Log

  package init(
    _ parts: HandlerParts, records: any FollowRecords, mail: any MailRecords, log: Log
  ) {
    self.parts = parts
    self.records = records
    self.mail = mail
    self.log = log
  }

  package var kind: JobKind { .observe }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let look = try ObservePayload(attempt.job)
    // Before the booking is read: one that is in hand by then has another revision, or another state.
    let isInHand = try using { try records.isInHand(look.booking) }
    let found = try parts.bookingCase(BookingPayload(booking: look.booking))
    let booking = found.booking
    if booking.state.isFinal || booking.state == .cancelling {
      return Handled(.cancel(reason: "the booking is \(booking.state.rawValue) by now"))
    }
    if isInHand || booking.state != .confirmed { return later(attempt.job, booking) }
    let now = parts.time.now()
    if look.seen == nil, booking.time.end <= now {
      return Handled(.cancel(reason: "the meeting is over"))
    }

    let event = try event(of: found)
    if let event {
      try using { try AnswersAtProvider(parts, records: mail).note(event, of: found) }
    }
    guard let difference = EventDifference(event?.interval, agreed: booking.time) else {
      if look.seen != nil { log(.changeTakenBack(booking.id)) }
      if look.isReportedGone { log(.phantomDeletion(booking.id)) }
      return Handled(.completed, Handled.Record(settlement: learned(event, of: booking)))
    }
    if difference == .gone, look.seen == nil, booking.time.start <= now {
      return Handled(.cancel(reason: "the meeting has begun"))
    }
    // One seen at a time that lies ahead was seen before the clock was set back.
    guard let seen = look.seen, seen.difference == difference, seen.since <= now else {
      return again(difference, found, now)
    }
    // An operator was quicker than the grace.
    let settled = seen.since + parts.grace
    if now < settled {
      return Handled(.snooze(until: settled, reason: "the host may take it back"))
    }
    return try follow(difference, event, found)
  }

  /// The booking stands as it is; the operator sees the job, and the next change leads here again.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }

  // MARK: - Reading

  /// Nil where it is gone.
  private func event(of found: BookingCase) throws(JobError) -> StoredEvent? {
    let provider = try parts.provider(of: found.destination)
    do throws(ProviderError) {
      let event = try provider.event(parts.eventKey(found.booking), in: found.destination)
      return event.flatMap { $0.isCancelled ? nil : $0 }
    } catch {
      throw JobError(error)
    }
  }

  private func learned(_ event: StoredEvent?, of booking: Booking) -> Settlement? {
    guard let event else { return nil }
    return Settlement(
      booking: booking.id, change: nil, event: event.reference.remoteID,
      conferenceURL: event.reference.conference.url,
      found: FoundEvent(
        revision: booking.revision, time: event.interval, sequence: event.sequence))
  }

  // MARK: - Looking again

  /// The longer it takes the less often.
  private func later(_ job: ClaimedJob, _ booking: Booking) -> Handled {
    let now = parts.time.now()
    let age = max(.zero, now - job.enqueuedAt)
    let wait = min(max(Self.shortestWait, age / 2), Self.longestWait)
    return Handled(
      .snooze(until: now + wait, reason: "the booking is \(booking.state.rawValue), in our hands"))
  }

  private static let shortestWait = Duration.seconds(15)
  private static let longestWait = Duration.minutes(15)

  private func again(
    _ difference: EventDifference, _ found: BookingCase, _ now: Timestamp
  ) -> Handled {
    var look = ObservePayload(booking: found.booking.id)
    look.seen = (difference, now)
    let job = parts.observation(
      of: found.booking.id, organization: found.booking.organization, on: found.destination, look,
      runAt: now + parts.grace)
    return Handled(.completed, Handled.Record(settlement: nil, followUps: [job]))
  }

  // MARK: - Following

  private func follow(
    _ difference: EventDifference, _ event: StoredEvent?, _ found: BookingCase
  ) throws(JobError) -> Handled {
    let record: Handled.Record
    switch difference {
    case .gone:
      try parts.requireCalendar(of: found)
      record = parts.cancelledByHost(found.booking)
    case .elsewhere(let time):
      record = parts.movedByHost(found.booking, to: time, event)
    }
    parts.accounts.calendarChanged(found.destination.id)
    log(.hostFollowed(found.booking.id, isGone: difference == .gone))
    return Handled(.completed, record)
  }
}
