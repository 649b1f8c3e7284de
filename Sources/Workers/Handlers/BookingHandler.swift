import Bookings
import Calendars
import Core
import Queue

/// Puts an accepted booking on the host's calendar: recheck, write once under the deterministic key, record
/// and invite in one transaction.
package struct BookingHandler: JobHandler {
  private let parts: HandlerParts

  package init(_ parts: HandlerParts) { self.parts = parts }

  package var kind: JobKind { .booking }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let job = attempt.job
    let found = try parts.bookingCase(try BookingPayload(job))
    let booking = found.booking
    switch booking.state {
    case .pending, .needsOwner: break
    case .cancelling, .cancelled:
      return Handled(.cancel(reason: "the guest cancelled before it was written"))
    case .confirmed, .rescheduling, .rejected, .failed:
      return Handled(.cancel(reason: "the booking is \(booking.state.rawValue) already"))
    }

    let provider = try parts.provider(of: found.destination)
    let change = parts.change("create", booking)
    let standing = try attempt.standing(of: change)
    // An operator has seen the event.
    if standing == .confirmed { return confirmed(found, nil, provider) }
    // An earlier claim may have written it and died, or never have heard the answer.
    if try mayBeWritten(job, standing, provider) {
      let isWritten = try isWritten(booking, provider, found.destination)
      if standing != nil { attempt.know(change, isWritten ? .confirmed : .absent) }
      if isWritten { return confirmed(found, nil, provider) }
    }
    if booking.time.start <= parts.time.now() {
      return rejected(
        found, "The meeting's time had come before it could be put on the calendar.", job)
    }
    // As long as nothing was sent there is nothing of ours, and not to look for it can spare a call.
    if try parts.isTaken(booking.time, found, exceptOwn: standing != nil) {
      return rejected(found, "That time has been taken on the host's calendar meanwhile.", job)
    }
    let draft = parts.draft(found, at: booking.time, sequence: booking.revision)
    defer { parts.accounts.calendarChanged(found.destination.id) }
    let made = try parts.change(change, at: provider, attempt) { provider throws(ProviderError) in
      try provider.create(draft, in: found.destination)
    }
    return confirmed(found, made, provider)
  }

  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record {
    guard let found = try parts.bookingCase(ofFailed: job) else { return .nothing }
    if isParked {
      return Handled.Record(
        settlement: .waitsForOwner(found.booking.id),
        followUps: parts.invitations(
          .waitingForHost, found.booking, revision: found.booking.revision,
          time: found.booking.time))
    }
    if error.kind == .conflict {
      let reason = "The host's calendar did not take the meeting."
      return ended(found, .rejected, reason, job, mayHaveLanded: false)
    }
    let reason = job.verdict?.words ?? "The host's calendar could not be reached."
    return ended(found, .failed, reason, job, mayHaveLanded: error.kind == .unknownOutcome)
  }

  /// An event in our own calendar is written in a transaction of ours and has no row in the ledger.
  private func mayBeWritten(
    _ job: ClaimedJob, _ standing: Effect.State?, _ provider: any CalendarProvider
  ) throws(JobError) -> Bool {
    if let standing { return standing.mayHaveLanded }
    return provider.isLocal && job.lease.fence > 1
  }

  private func isWritten(
    _ booking: Booking, _ provider: any CalendarProvider, _ calendar: Calendar
  ) throws(JobError) -> Bool {
    do throws(ProviderError) {
      return try provider.isInPlace(parts.eventKey(booking), in: calendar)
    } catch {
      throw JobError(error)
    }
  }

  /// - Parameter made: nil where an earlier claim has made it, of which nobody heard. Then the invitation's look
  ///   at the event finds by which UID the provider knows it.
  private func confirmed(
    _ found: BookingCase, _ made: EventReference?, _ provider: any CalendarProvider
  ) -> Handled {
    let booking = found.booking
    let conference = parts.conference(of: found, made, at: provider)
    var followUps = parts.invitations(
      .confirmed, booking, revision: booking.revision, time: booking.time,
      reason: conference.words)
    if !provider.isLocal, let runAt = nextLook(at: made) {
      followUps.append(parts.observation(found, runAt: runAt))
    }
    return Handled(
      .completed,
      Handled.Record(
        settlement: Settlement(
          booking: booking.id, change: .confirmed, reason: conference.words,
          event: made?.remoteID, conferenceURL: conference.url,
          uids: parts.uids(of: booking, made)),
        followUps: followUps))
  }

  /// An event that was there already may have been moved by its owner since; and a conference that is still
  /// being made is there in a few seconds. Nil where nothing is left to find out.
  private func nextLook(at made: EventReference?) -> Timestamp? {
    guard let made, !made.wasThere else { return parts.time.now() }
    return made.conference == .pending ? parts.time.now() + Self.conferenceTakes : nil
  }

  private static let conferenceTakes = Duration.seconds(15)

  private func rejected(_ found: BookingCase, _ reason: String, _ job: ClaimedJob) -> Handled {
    Handled(.completed, ended(found, .rejected, reason, job, mayHaveLanded: false))
  }

  /// The booking has come to nothing. If anything may lie on the calendar under its key, a cancel job looks
  /// for it there: no event without a booking.
  private func ended(
    _ found: BookingCase, _ change: BookingChange, _ reason: String, _ job: ClaimedJob,
    mayHaveLanded: Bool
  ) -> Handled.Record {
    let booking = found.booking
    var followUps = parts.invitations(
      .refused, booking, revision: booking.revision, time: booking.time, reason: reason)
    if mayHaveLanded || job.lease.fence > 1 {
      followUps.append(parts.job(.cancel, found, revision: booking.revision + 1))
    }
    return Handled.Record(
      settlement: Settlement(booking: booking.id, change: change, reason: reason),
      followUps: followUps)
  }
}
