import Bookings
import Calendars
import Core
import Queue

/// Moves a booking's event to the time that was asked for. The old time stands, for guest and host, until
/// the calendar has moved the event; if it cannot, the old time goes on standing and everybody is told.
package struct RescheduleHandler: JobHandler {
  private let parts: HandlerParts

  package init(_ parts: HandlerParts) { self.parts = parts }

  package var kind: JobKind { .reschedule }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let job = attempt.job
    let payload = try BookingPayload(job)
    let found = try parts.bookingCase(payload)
    let booking = found.booking
    if booking.state == .confirmed, booking.revision < payload.revision {
      return try putBack(found, payload, attempt)
    }
    guard booking.state == .rescheduling, booking.revision == payload.revision,
      let requested = booking.requestedTime
    else {
      return Handled(.cancel(reason: "the booking is \(booking.state.rawValue) by now"))
    }

    let provider = try parts.provider(of: found.destination)
    let draft = parts.draft(found, at: requested, sequence: payload.revision)
    let change = parts.change("move", booking, revision: payload.revision)
    let standing = try attempt.standing(of: change)
    if standing == .confirmed { return moved(booking, to: requested) }
    // An earlier claim may have moved it and died; then nothing stands in the way but itself.
    if job.lease.fence > 1, try stands(draft, provider, found.destination) {
      if standing != nil { attempt.know(change, .confirmed) }
      return moved(booking, to: requested)
    }
    let wasMissing = try attempt.standing(of: missing(booking)) == .confirmed
    if !wasMissing, min(booking.time.start, requested.start) <= parts.time.now() {
      return refused(found, "The meeting's time had come before it could be moved.")
    }
    if try parts.isTaken(requested, found, exceptOwn: true) {
      return refused(found, "The new time has been taken on the host's calendar meanwhile.")
    }
    defer { parts.accounts.calendarChanged(found.destination.id) }
    var conference: Conference?
    let conflict = try parts.change(change, at: provider, attempt) {
      provider throws(ProviderError) -> ProviderError.Conflict? in
      do throws(ProviderError) {
        conference = try provider.move(draft, in: found.destination).conference
        return nil
      } catch {
        guard case .conflict(let conflict) = error.kind else { throw error }
        return conflict
      }
    }
    switch conflict {
    case nil: return moved(booking, to: requested, conference)
    case .gone?:
      attempt.know(change, .absent)
      return try gone(found, attempt, wasMissing: wasMissing)
    case .newer?, .occupied?:
      attempt.know(change, .absent)
      return refused(found, "The host has changed this meeting in the calendar meanwhile.")
    }
  }

  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record {
    guard let found = try parts.bookingCase(ofFailed: job) else { return .nothing }
    // A booking that waits for its owner to be moved stays `rescheduling`: that is what is true.
    if isParked { return .nothing }
    var record = refusal(
      found, job.verdict?.words ?? "The host's calendar could not be reached.")
    if job.lease.fence > 1 || error.kind == .unknownOutcome {
      record.followUps.append(restoring(found))
    }
    return record
  }

  private func stands(
    _ draft: EventDraft, _ provider: any CalendarProvider, _ calendar: Calendar
  ) throws(JobError) -> Bool {
    do throws(ProviderError) {
      guard let event = try provider.event(draft.key, in: calendar) else { return false }
      return !event.isCancelled && event.interval == draft.interval
        && event.sequence >= draft.sequence
    } catch {
      throw JobError(error)
    }
  }

  private func moved(
    _ booking: Booking, to time: Interval, _ conference: Conference? = nil
  ) -> Handled {
    Handled(
      .completed,
      Handled.Record(
        settlement: Settlement(
          booking: booking.id, change: .moved, conferenceURL: conference?.url),
        followUps: parts.invitations(
          .moved, booking, revision: booking.revision, time: time, other: booking.time,
          reason: booking.reason)))
  }

  private func refused(_ found: BookingCase, _ reason: String) -> Handled {
    Handled(.completed, refusal(found, reason))
  }

  /// What stands is what the calendar has, which is looked at: the host may have moved the meeting while it
  /// was in our hands.
  private func refusal(_ found: BookingCase, _ reason: String) -> Handled.Record {
    let booking = found.booking
    return Handled.Record(
      settlement: Settlement(booking: booking.id, change: .moveRefused, reason: reason),
      followUps: parts.invitations(
        .originalTimeStands, booking, revision: booking.revision, time: booking.time,
        other: booking.requestedTime, reason: reason) + [parts.observation(found)])
  }

  /// There is nothing to move: the host has taken the meeting off the calendar. As for any event that is gone,
  /// it has to be so at two readings with the grace between them, and the first is noted for the second.
  private func gone(
    _ found: BookingCase, _ attempt: Attempt, wasMissing: Bool
  ) throws(JobError) -> Handled {
    let booking = found.booking
    let now = parts.time.now()
    let age = now - attempt.job.enqueuedAt
    // One that was asked for at a time that lies ahead was so before the clock was set back: that says nothing.
    if wasMissing, age >= parts.grace || age < .zero {
      try requireGone(found)
      return Handled(.completed, parts.cancelledByHost(booking))
    }
    try attempt.note(missing(booking))
    return Handled(.snooze(until: now + parts.grace, reason: "the host may bring the event back"))
  }

  /// Throws where the event can be read all the same, or its whole calendar is gone.
  private func requireGone(_ found: BookingCase) throws(JobError) {
    let provider = try parts.provider(of: found.destination)
    try parts.calling(provider) { provider throws(ProviderError) in
      let event = try provider.event(parts.eventKey(found.booking), in: found.destination)
      if event?.isCancelled == false {
        throw ProviderError(.transient, "the event was gone where it was to be moved, and is there")
      }
    }
    try parts.requireCalendar(of: found)
  }

  private func missing(_ booking: Booking) -> String {
    parts.change("missing", booking, revision: booking.revision)
  }

  // MARK: - After a move that was given up

  /// "Your original time stands" has to be true: a request whose outcome nobody knows may have moved the
  /// event after all, so a job of its own puts it back.
  private func restoring(_ found: BookingCase) -> NewJob {
    parts.job(
      .reschedule, found, revision: found.booking.revision + 1,
      refusedTime: found.booking.requestedTime?.start, deadline: found.booking.time.start)
  }

  private func putBack(
    _ found: BookingCase, _ payload: BookingPayload, _ attempt: Attempt
  ) throws(JobError) -> Handled {
    let provider = try parts.provider(of: found.destination)
    defer { parts.accounts.calendarChanged(found.destination.id) }
    let draft = parts.draft(found, at: found.booking.time, sequence: payload.revision)
    let stands = try parts.calling(provider) { provider throws(ProviderError) in
      let event = try provider.event(draft.key, in: found.destination)
      guard let event, event.interval != draft.interval else { return true }
      // Elsewhere it is by the host's own hand, which is not ours to undo.
      return payload.otherStart.map { $0 != event.interval.start } ?? false
    }
    if stands { return Handled(.completed) }
    let change = parts.change("restore", found.booking, revision: payload.revision)
    _ = try parts.change(change, at: provider, attempt) { provider throws(ProviderError) in
      try provider.move(draft, in: found.destination)
    }
    return Handled(.completed)
  }
}
