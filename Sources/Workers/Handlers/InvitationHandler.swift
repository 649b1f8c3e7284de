import Bookings
import Calendars
import Core
import Mail
import Queue

/// Tells a guest how a request has ended: the fourth kind of job. Where the provider invites by itself, the
/// guest knows already and gets no second message.
package struct InvitationHandler: JobHandler {
  private let parts: HandlerParts
  private let invitations: Invitations
  private let incidents: IncidentNotices
  private let transport: any MailTransport

  package init(
    _ parts: HandlerParts, invitations: Invitations, incidents: IncidentNotices,
    transport: any MailTransport
  ) {
    self.parts = parts
    self.invitations = invitations
    self.incidents = incidents
    self.transport = transport
  }

  package var kind: JobKind { .invitation }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let job = attempt.job
    if let incident = IncidentPayload(job) { return try tell(incident) }
    let payload = try BookingPayload(job)
    let found = try parts.bookingCase(payload)
    if payload.message?.isInvitedByProvider == true,
      try parts.provider(of: found.destination).invitesGuests
    {
      return Handled(.completed)
    }
    do throws(MailError) {
      try transport.send(try invitations.message(payload, found))
    } catch {
      throw JobError(error)
    }
    return Handled(.completed)
  }

  private func tell(_ incident: IncidentPayload) throws(JobError) -> Handled {
    guard let message = try incidents.message(incident) else {
      return Handled(.cancel(reason: "the calendar was read again meanwhile"))
    }
    do throws(MailError) {
      try transport.send(message)
    } catch {
      throw JobError(error)
    }
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
    case .refused, .originalTimeStands, .manageLink: false
    }
  }
}

extension JobError {
  fileprivate init(_ error: MailError) {
    switch error {
    case .invalid, .permanent: self.init(.permanent, error.description)
    case .transient: self.init(.transient, error.description)
    }
  }
}
