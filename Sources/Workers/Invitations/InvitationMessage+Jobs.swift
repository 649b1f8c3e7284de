import Bookings
import Queue

extension InvitationMessage {
  /// The jobs that tell everybody whom it concerns. `time` is the meeting's that the message is about, `other`
  /// the one before a move, or asked for in vain.
  func jobs(
    _ booking: Booking, revision: Int, time: Interval, other: Interval? = nil,
    reason: String? = nil
  ) -> [NewJob] {
    recipients(of: booking).map { recipient in
      var payload = BookingPayload(booking: booking.id, revision: revision)
      payload.message = self
      payload.recipient = recipient
      payload.start = time.start
      payload.otherStart = other?.start
      payload.reason = reason
      return NewJob(
        kind: .invitation, payload: payload.json, organization: booking.organization.text,
        // Mail has sequences of its own: a mail server that is down must not keep a cancel from the
        // calendar. Messages to one person about one booking still leave in order.
        sequence: "mail:\(booking.id):\(recipient.text)", lane: .mail,
        deadline: isPointlessOnceBegun ? time.start : nil)
    }
  }
}
