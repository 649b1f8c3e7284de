import Bookings
import Calendars
import Core
import Queue

/// Tells a guest how a request has ended: the fourth kind of job. Where the provider invites by itself, the
/// guest knows already and gets no second message.
package struct InvitationHandler: JobHandler {
  /// Composes and hands over one message; throws what the transport says.
  package typealias Deliver =
    @Sendable (InvitationMessage, BookingCase, _ revision: Int) throws(JobError) -> Void

  private let parts: HandlerParts
  private let deliver: Deliver

  package init(_ parts: HandlerParts, deliver: @escaping Deliver) {
    self.parts = parts
    self.deliver = deliver
  }

  package var kind: JobKind { .invitation }

  package func run(_ job: ClaimedJob) throws(JobError) -> Handled {
    let payload = try BookingPayload(job)
    guard let message = payload.message else {
      throw JobError(.permanent, "the payload names no message")
    }
    let found = try parts.bookingCase(payload)
    if message.isInvitedByProvider, try parts.provider(of: found.destination).invitesGuests {
      return Handled(.completed)
    }
    try deliver(message, found, payload.revision)
    return Handled(.completed)
  }

  /// The booking stands as it is; the operator sees the job.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }
}

extension InvitationMessage {
  /// What a provider that invites tells guests itself; it knows nothing of what never was on the calendar.
  fileprivate var isInvitedByProvider: Bool {
    switch self {
    case .confirmed, .moved, .cancelled: true
    case .refused, .originalTimeStands: false
    }
  }
}
