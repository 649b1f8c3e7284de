import Bookings
import Queue

/// What is recorded of a booking whose job is given up without its handler: process after process has died with
/// it, the last two while it was only being ended. It is the same as its handler's own `afterFailure` would say
/// when it knows nothing; it reads nothing and calls nothing.
package enum UnheardJob {
  /// Nil for kinds for whose jobs nobody waits.
  ///
  /// - Parameter lane: Of the booking's calendar.
  package static func record(
    of kind: JobKind, _ booking: Booking, lane: LaneID?
  ) -> Handled.Record? {
    let reason = "The host's calendar could not be reached."
    switch kind {
    case .booking: return failed(booking, reason, lane)
    case .reschedule: return originalTimeStands(booking, reason, lane)
    case .cancel: return cancelled(booking)
    default: return nil
    }
  }

  /// The event may have been written: a cancel job looks for it.
  private static func failed(
    _ booking: Booking, _ reason: String, _ lane: LaneID?
  ) -> Handled.Record {
    Handled.Record(
      settlement: Settlement(booking: booking.id, change: .failed, reason: reason),
      followUps: InvitationMessage.refused.jobs(
        booking, revision: booking.revision, time: booking.time, reason: reason)
        + [.about(booking, .cancel, lane: lane, revision: booking.revision + 1)])
  }

  /// The event may have been moved: a job of its own puts it back.
  private static func originalTimeStands(
    _ booking: Booking, _ reason: String, _ lane: LaneID?
  ) -> Handled.Record {
    Handled.Record(
      settlement: Settlement(booking: booking.id, change: .moveRefused, reason: reason),
      followUps: InvitationMessage.originalTimeStands.jobs(
        booking, revision: booking.revision, time: booking.time, other: booking.requestedTime,
        reason: reason)
        + [
          .about(
            booking, .reschedule, lane: lane, revision: booking.revision + 1,
            deadline: booking.time.start)
        ])
  }

  private static func cancelled(_ booking: Booking) -> Handled.Record {
    let reason = CancelHandler.mayStillStand
    return Handled.Record(
      settlement: Settlement(booking: booking.id, change: .cancelled, reason: reason),
      followUps: InvitationMessage.cancelled.jobs(
        booking, revision: booking.revision, time: booking.time, reason: reason))
  }
}
