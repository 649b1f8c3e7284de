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

  package func run(_ job: ClaimedJob) throws(JobError) -> Handled {
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
    // An earlier claim may have written it and died, or never have heard the answer.
    if job.lease.fence > 1, try isWritten(booking, provider, found.destination) {
      return confirmed(booking)
    }
    if booking.time.start <= parts.time.now() {
      return rejected(
        booking, "The meeting's time had come before it could be put on the calendar.", job)
    }
    if try parts.isTaken(booking.time, found) {
      return rejected(booking, "That time has been taken on the host's calendar meanwhile.", job)
    }
    do throws(ProviderError) {
      let draft = parts.draft(found, at: booking.time, sequence: booking.revision)
      _ = try provider.create(draft, in: found.destination)
    } catch {
      throw JobError(error)
    }
    parts.accounts.calendarChanged(found.destination.id)
    return confirmed(booking)
  }

  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record {
    guard let found = try parts.bookingCase(ofFailed: job) else { return .nothing }
    if isParked {
      return Handled.Record(
        settlement: Settlement(
          booking: found.booking.id, change: .waitsForOwner,
          reason: "The host's calendar has to be reconnected."),
        followUps: [InvitationMessage.waitingForHost, .calendarDisconnected].flatMap {
          parts.invitations(
            $0, found.booking, revision: found.booking.revision, time: found.booking.time)
        })
    }
    if error.kind == .conflict {
      let reason = "The host's calendar did not take the meeting."
      return ended(found.booking, .rejected, reason, job, mayHaveLanded: false)
    }
    let reason = "The host's calendar could not be reached."
    return ended(found.booking, .failed, reason, job, mayHaveLanded: error.kind == .unknownOutcome)
  }

  private func isWritten(
    _ booking: Booking, _ provider: any CalendarProvider, _ calendar: Calendar
  ) throws(JobError) -> Bool {
    do throws(ProviderError) {
      let event = try provider.event(parts.eventKey(booking), in: calendar)
      return event.map { !$0.isCancelled } ?? false
    } catch {
      throw JobError(error)
    }
  }

  private func confirmed(_ booking: Booking) -> Handled {
    Handled(
      .completed,
      Handled.Record(
        settlement: Settlement(booking: booking.id, change: .confirmed),
        followUps: parts.invitations(
          .confirmed, booking, revision: booking.revision, time: booking.time)))
  }

  private func rejected(_ booking: Booking, _ reason: String, _ job: ClaimedJob) -> Handled {
    Handled(.completed, ended(booking, .rejected, reason, job, mayHaveLanded: false))
  }

  /// The booking has come to nothing. If anything may lie on the calendar under its key, a cancel job looks
  /// for it there: no event without a booking.
  private func ended(
    _ booking: Booking, _ change: BookingChange, _ reason: String, _ job: ClaimedJob,
    mayHaveLanded: Bool
  ) -> Handled.Record {
    var followUps = parts.invitations(
      .refused, booking, revision: booking.revision, time: booking.time, reason: reason)
    if mayHaveLanded || job.lease.fence > 1 {
      followUps.append(parts.job(.cancel, booking, revision: booking.revision + 1))
    }
    return Handled.Record(
      settlement: Settlement(booking: booking.id, change: change, reason: reason),
      followUps: followUps)
  }
}
