import Bookings
import Core
import Queue

/// One message to one person, before it is written: its key, and what is recorded of it.
struct Outgoing: Sendable {
  /// Booking, revision, message and recipient. Two jobs with one key send one message.
  let key: String
  let organization: OrganizationID
  let booking: BookingID?
  let message: String
  let recipient: String
  let afterUnknownOutcome: UnknownOutcomePolicy

  init(_ payload: BookingPayload, _ found: BookingCase, _ job: ClaimedJob) {
    let base =
      "\(payload.booking)/\(payload.revision)/\(payload.messageText)/\(payload.recipient.text)"
    switch payload.message {
    // What is asked for anew, or happens anew, is another message.
    case .manageLink, .declined: key = "\(base)/\(job.lease.job)"
    // A meeting that was moved away and back again is reminded of once.
    case .reminder:
      let start = payload.time(of: found.booking).start.rfc3339
      key = "\(payload.booking)/\(start)/\(payload.messageText)/\(payload.recipient.text)"
    default: key = base
    }
    organization = found.booking.organization
    booking = payload.booking
    message = payload.messageText
    recipient = payload.recipient.text
    afterUnknownOutcome = payload.message?.afterUnknownOutcome ?? .resend
  }

  /// Which job there is for a link, a person and a day was decided when it was enqueued.
  init(_ payload: LinkMailPayload, _ link: Link, _ job: ClaimedJob) {
    key = "\(link.id)/\(job.lease.job)"
    organization = link.organization
    booking = nil
    message = LinkMailPayload.message
    recipient = "somebody"
    afterUnknownOutcome = .resend
  }

  /// An incident has one number for as long as it goes on.
  init(_ incident: Incident) {
    key = "incident/\(incident.number)"
    organization = incident.owner.organization
    booking = nil
    message = IncidentPayload.Message(incident.use).rawValue
    recipient = InvitationRecipient.host.text
    afterUnknownOutcome = .resend
  }

  func delivery(_ state: Delivery.State, _ detail: String = "") -> Delivery {
    Delivery(
      key: key, organization: organization, booking: booking, message: message,
      recipient: recipient, state: state, detail: detail)
  }
}
