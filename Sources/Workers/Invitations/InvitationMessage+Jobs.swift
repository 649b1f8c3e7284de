import Bookings
import Queue

extension InvitationMessage {
  /// The jobs that tell everybody whom it concerns. `time` is the meeting's that the message is about, `other`
  /// the one before a move, or asked for in vain. What was done by the host's own hand is no news to the host.
  func jobs(
    _ booking: Booking, revision: Int, time: Interval, other: Interval? = nil,
    reason: String? = nil, byHost: Bool = false
  ) -> [NewJob] {
    let recipients = recipients(of: booking).filter { !(byHost && $0 == .host) }
    return recipients.map { recipient in
      var payload = BookingPayload(booking: booking.id, revision: revision)
      payload.message = self
      payload.recipient = recipient
      payload.start = time.start
      payload.otherStart = other?.start
      payload.reason = reason
      if byHost {
        payload.by = .host
        payload.end = time.end
        payload.otherEnd = other?.end
      }
      return NewJob(
        kind: .invitation, payload: payload.json, organization: booking.organization.text,
        // Mail has sequences of its own: a mail server that is down must not keep a cancel from the
        // calendar. Messages to one person about one booking still leave in order.
        sequence: "mail:\(booking.id):\(recipient.text)", lane: .mail,
        // Who has the time before in mind may still come to it.
        deadline: isPointlessOnceBegun ? max(time.start, other?.start ?? time.start) : nil)
    }
  }
}
