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
    if min(booking.time.start, requested.start) <= parts.time.now() {
      return refused(booking, "The meeting's time had come before it could be moved.")
    }
    if try parts.isTaken(requested, found, exceptOwn: true) {
      return refused(booking, "The new time has been taken on the host's calendar meanwhile.")
    }
    defer { parts.accounts.calendarChanged(found.destination.id) }
    let conflict = try parts.change(change, at: provider, attempt) {
      provider throws(ProviderError) -> ProviderError.Conflict? in
      do throws(ProviderError) {
        _ = try provider.move(draft, in: found.destination)
        return nil
      } catch {
        guard case .conflict(let conflict) = error.kind else { throw error }
        return conflict
      }
    }
    if let conflict {
      attempt.know(change, .absent)
      return refused(booking, RescheduleHandler.words(conflict))
    }
    return moved(booking, to: requested)
  }

  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record {
    guard let found = try parts.bookingCase(ofFailed: job) else { return .nothing }
    // A booking that waits for its owner to be moved stays `rescheduling`: that is what is true.
    if isParked { return parts.disconnected(found.booking) }
    var record = refusal(
      found.booking, job.verdict?.words ?? "The host's calendar could not be reached.")
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

  private func moved(_ booking: Booking, to time: Interval) -> Handled {
    Handled(
      .completed,
      Handled.Record(
        settlement: Settlement(booking: booking.id, change: .moved),
        followUps: parts.invitations(
          .moved, booking, revision: booking.revision, time: time, other: booking.time,
          reason: booking.reason)))
  }

  private func refused(_ booking: Booking, _ reason: String) -> Handled {
    Handled(.completed, refusal(booking, reason))
  }

  private func refusal(_ booking: Booking, _ reason: String) -> Handled.Record {
    Handled.Record(
      settlement: Settlement(booking: booking.id, change: .moveRefused, reason: reason),
      followUps: parts.invitations(
        .originalTimeStands, booking, revision: booking.revision, time: booking.time,
        other: booking.requestedTime, reason: reason))
  }

  private static func words(_ conflict: ProviderError.Conflict) -> String {
    switch conflict {
    case .gone: "The host's calendar no longer holds this meeting."
    case .newer, .occupied: "The host has changed this meeting in the calendar meanwhile."
    }
  }

  // MARK: - After a move that was given up

  /// "Your original time stands" has to be true: a request whose outcome nobody knows may have moved the
  /// event after all, so a job of its own puts it back.
  private func restoring(_ found: BookingCase) -> NewJob {
    parts.job(
      .reschedule, found, revision: found.booking.revision + 1,
      deadline: found.booking.time.start)
  }

  private func putBack(
    _ found: BookingCase, _ payload: BookingPayload, _ attempt: Attempt
  ) throws(JobError) -> Handled {
    let provider = try parts.provider(of: found.destination)
    defer { parts.accounts.calendarChanged(found.destination.id) }
    let draft = parts.draft(found, at: found.booking.time, sequence: payload.revision)
    let stands = try parts.calling(provider) { provider throws(ProviderError) in
      let event = try provider.event(draft.key, in: found.destination)
      return event.map { $0.interval == draft.interval } ?? true
    }
    if stands { return Handled(.completed) }
    let change = parts.change("restore", found.booking, revision: payload.revision)
    _ = try parts.change(change, at: provider, attempt) { provider throws(ProviderError) in
      try provider.move(draft, in: found.destination)
    }
    return Handled(.completed)
  }
}
