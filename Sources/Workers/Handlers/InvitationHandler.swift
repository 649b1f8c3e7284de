import Bookings
import Calendars
import Core
import Mail
import Queue

/// Tells people what has become of a request, once: the fourth kind of job. Where the provider invites by
/// itself, the guest knows already, which is verified, and gets no second message.
package struct InvitationHandler: JobHandler {
  private let parts: HandlerParts
  private let invitations: Invitations
  private let incidents: IncidentNotices
  private let records: any MailRecords
  private let post: Post

  package init(
    _ parts: HandlerParts, invitations: Invitations, incidents: IncidentNotices,
    records: any MailRecords,
    transport: any MailTransport
  ) {
    self.parts = parts
    self.invitations = invitations
    self.incidents = incidents
    self.records = records
    post = Post(records: records, transport: transport, time: parts.time)
  }

  package var kind: JobKind { .invitation }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let job = attempt.job
    if let incident = IncidentPayload(job.payload) { return try tell(incident, attempt) }
    if let payload = try LinkMailPayload(job) { return try sendLink(payload, attempt) }
    let payload = try BookingPayload(job)
    let found = try parts.bookingCase(payload)
    let mail = Outgoing(payload, found, job)
    if let done = try post.known(mail) { return done }
    if let reason = found.whyOvertaken(payload, now: parts.time.now()) {
      return try post.skip(mail, reason)
    }
    if payload.message == .reminder, let reason = whyNotReminded(payload, found) {
      return try post.skip(mail, reason)
    }
    if try mayBeToldByProvider(payload, found) {
      return try post.send(mail, attempt) { () throws(MailError) in
        try invitations.message(payload, found, inWords: true)
      }
    }
    if try isToldByProvider(payload, found) { return try post.leave(mail) }
    return try post.send(mail, attempt) { () throws(MailError) in
      try invitations.message(payload, found)
    }
  }

  private func tell(
    _ payload: IncidentPayload, _ attempt: Attempt
  ) throws(JobError) -> Handled {
    guard let incident = try incidents.incident(payload) else {
      return Handled(.cancel(reason: "it works again meanwhile"))
    }
    let mail = Outgoing(incident)
    if let done = try post.known(mail) { return done }
    return try post.send(mail, attempt) { () throws(MailError) in
      try incidents.message(incident)
    }
  }

  /// The booking stands as it is; the operator sees the job.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }

  // MARK: - Who invites

  /// Whether the calendar's provider tells this person of this change. It is asked to show the event: one
  /// without the guest, or whose guest could not be reached, is for us to tell.
  private func isToldByProvider(
    _ payload: BookingPayload, _ found: BookingCase
  ) throws(JobError) -> Bool {
    guard payload.message?.isInvitedByProvider == true, payload.recipient != .host else {
      return false
    }
    let provider = try parts.provider(of: found.destination)
    if provider.isLocal { return false }
    guard
      try asking({ () throws(ProviderError) in
        try provider.invitesGuests(of: found.destination)
      })
    else { return false }
    // What is removed from the calendar cannot be looked at: whoever invited takes back.
    if payload.message == .cancelled {
      if provider.invitesGuests { return true }
      return try using {
        try records.isToldByProvider(found.booking.id, recipient: payload.recipient.text)
      }
    }
    let event = try asking { () throws(ProviderError) in
      try provider.event(parts.eventKey(found.booking), in: found.destination)
    }
    if let event {
      keepConference(event, found)
      try using { try records.keep(uid: event.uid, of: found.booking.id) }
    }
    // One that shows nobody says nothing of anybody.
    guard let event, !event.attendees.isEmpty,
      let email = payload.recipient.email(in: found.booking.details)
    else { return provider.invitesGuests }
    let guest = event.guests.first { $0.email == email.lowercased() }
    return guest?.isTold ?? event.invites(email)
  }

  /// Google and Outlook ask their user, at each change by hand, whether the guests are to be told, and tell
  /// nobody else what the answer was. Who is told twice that a meeting has moved is better off than who comes
  /// in vain. So we tell as well, in words: the entry in the guest's calendar stays the provider's, which has
  /// changed there by itself, and one of ours would stand beside it under another UID. A CalDAV server that
  /// schedules has no such choice (RFC 6638 section 3.2.1), and is left to it.
  private func mayBeToldByProvider(
    _ payload: BookingPayload, _ found: BookingCase
  ) throws(JobError) -> Bool {
    guard payload.by == .host, payload.recipient != .host else { return false }
    return try parts.provider(of: found.destination).invitesGuests
  }

  /// It may have come after the booking was confirmed. What cannot be kept now is read again.
  private func keepConference(_ event: StoredEvent, _ found: BookingCase) {
    guard found.booking.details.wantsConference, found.booking.conferenceURL == nil,
      let url = event.reference.conference.url
    else { return }
    try? records.keepConference(url, of: found.booking.id)
  }

  /// Whoever has declined needs no reminder. A calendar that cannot be asked is no reason to forget one.
  private func whyNotReminded(_ payload: BookingPayload, _ found: BookingCase) -> String? {
    guard let provider = try? parts.provider(of: found.destination), !provider.isLocal,
      let event = try? provider.event(parts.eventKey(found.booking), in: found.destination)
    else { return nil }
    keepConference(event, found)
    try? AnswersAtProvider(parts, records: records).note(event, of: found)
    let email = payload.recipient.email(in: found.booking.details)?.lowercased()
    let answer = event.guests.first { $0.email == email }?.answer
    return answer == .declined ? "the guest has declined" : nil
  }

  // MARK: - A link for somebody

  private func sendLink(
    _ payload: LinkMailPayload, _ attempt: Attempt
  ) throws(JobError) -> Handled {
    let job = attempt.job
    guard let link = try using({ try records.link(payload.link) }) else {
      throw JobError(.permanent, "there is no link \(payload.link)")
    }
    let mail = Outgoing(payload, link, job)
    if let done = try post.known(mail) { return done }
    guard link.state == .active else {
      return try post.skip(mail, "the link is \(link.state.rawValue) by now")
    }
    return try post.send(mail, attempt) { () throws(MailError) in
      try invitations.message(
        payload, link, on: job.enqueuedAt, id: "link.\(link.id).\(job.lease.job)")
    }
  }
}

extension InvitationRecipient {
  fileprivate func email(in details: BookingDetails) -> String? {
    switch self {
    case .guest: details.guest.email
    case .additional(let number):
      details.additionalGuests.indices.contains(number) ? details.additionalGuests[number] : nil
    case .host: nil
    }
  }
}
