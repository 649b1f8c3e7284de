import Bookings
import Calendars
import Core

/// What guests have answered, as the provider's event shows it. It is recorded, and a host is told of a guest
/// who declines, with the way to cancel; the booking itself stays as it is.
struct AnswersAtProvider: Sendable {
  private let parts: HandlerParts
  private let records: any MailRecords

  init(_ parts: HandlerParts, records: any MailRecords) {
    self.parts = parts
    self.records = records
  }

  /// Takes down the answers of the booking's own guests; strangers whom somebody has forwarded the invitation
  /// to are not among them.
  func note(_ event: StoredEvent, of found: BookingCase) throws {
    let details = found.booking.details
    let names = [details.guest.email.lowercased(): details.guest.name]
    let invited = Set(([details.guest.email] + details.additionalGuests).map { $0.lowercased() })
    for guest in event.guests where guest.answer != .needsAction && invited.contains(guest.email) {
      let answer = GuestAnswer(
        booking: found.booking.id, email: guest.email, word: guest.answer,
        sequence: event.sequence, answeredAt: parts.time.now())
      let name = names[guest.email].flatMap { $0.isEmpty ? nil : $0 } ?? guest.email
      let news =
        guest.answer == .declined
        ? parts.invitations(
          .declined, found.booking, revision: found.booking.revision, time: found.booking.time,
          reason: name) : []
      _ = try records.record(answer, followUps: news)
    }
  }
}
