import Bookings
import Calendars
import Core
import Queue

/// Takes a booking's event off the calendar. Gone already is a success. It also clears up after bookings
/// that came to nothing while their event may have been written.
package struct CancelHandler: JobHandler {
  private let parts: HandlerParts

  package init(_ parts: HandlerParts) { self.parts = parts }

  package var kind: JobKind { .cancel }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let job = attempt.job
    let payload = try BookingPayload(job)
    let found = try parts.bookingCase(payload)
    let booking = found.booking
    switch booking.state {
    case .cancelling, .rejected, .failed: break
    // It was given up, and its guest told so; an operator lets it look for the event once more.
    case .cancelled: break
    case .pending, .needsOwner, .confirmed, .rescheduling:
      return Handled(.cancel(reason: "the booking is \(booking.state.rawValue) by now"))
    }

    let provider = try parts.provider(of: found.destination)
    let change = parts.change("remove", booking, revision: payload.revision)
    // To remove what is gone is a success, so that nothing has to be asked first.
    if try attempt.standing(of: change) != .confirmed {
      defer { parts.accounts.calendarChanged(found.destination.id) }
      let draft = parts.draft(found, at: booking.time, sequence: payload.revision)
      try parts.change(change, at: provider, attempt) { provider throws(ProviderError) in
        try provider.remove(draft, in: found.destination)
      }
    }
    guard booking.state == .cancelling else { return Handled(.completed) }
    return Handled(
      .completed,
      Handled.Record(
        settlement: Settlement(booking: booking.id, change: .cancelled, reason: booking.reason),
        followUps: parts.invitations(
          .cancelled, booking, revision: payload.revision, time: booking.time,
          reason: booking.reason)))
  }

  /// Cancelled is cancelled, also where the calendar does not let go: everybody is told so, and the host that
  /// the event may still stand there. Its time is taken by itself then, as by any other event. An operator who
  /// retries the job has it removed after all.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record {
    guard let found = try parts.bookingCase(ofFailed: job) else { return .nothing }
    if isParked { return parts.disconnected(found.booking) }
    guard found.booking.state == .cancelling else { return .nothing }
    let reason = CancelHandler.mayStillStand
    return Handled.Record(
      settlement: Settlement(booking: found.booking.id, change: .cancelled, reason: reason),
      followUps: parts.invitations(
        .cancelled, found.booking, revision: found.booking.revision, time: found.booking.time,
        reason: reason))
  }

  static let mayStillStand =
    "The host's calendar could not be reached: the meeting may still stand in it, and does not take place."
}
