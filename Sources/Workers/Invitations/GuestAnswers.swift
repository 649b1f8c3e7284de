import Bookings
import Core

/// Takes down what guests answer, whoever has told us. A host is told of a guest who declines, with the way to
/// cancel; the booking itself stays as it is.
struct GuestAnswers: Sendable {
  let parts: HandlerParts
  let records: any MailRecords

  /// Whether somebody is one of the booking's own guests; strangers whom somebody has forwarded the invitation
  /// to are not among them. The address is in lower case.
  static func isGuest(_ email: String, of booking: Booking) -> Bool {
    let details = booking.details
    return ([details.guest.email] + details.additionalGuests).contains { $0.lowercased() == email }
  }

  /// False where it is no news.
  func take(_ answer: GuestAnswer, of booking: Booking) throws -> Bool {
    let guest = booking.details.guest
    let name =
      answer.email == guest.email.lowercased() && !guest.name.isEmpty ? guest.name : answer.email
    let news =
      answer.word == .declined
      ? parts.invitations(
        .declined, booking, revision: booking.revision, time: booking.time, reason: name) : []
    return try records.record(answer, followUps: news)
  }
}
