import Bookings
import Calendars
import Core

/// What guests have answered, as the provider's event shows it.
struct AnswersAtProvider: Sendable {
  private let parts: HandlerParts
  private let answers: GuestAnswers

  init(_ parts: HandlerParts, records: any MailRecords) {
    self.parts = parts
    answers = GuestAnswers(parts: parts, records: records)
  }

  func note(_ event: StoredEvent, of found: BookingCase) throws {
    for guest in event.guests
    where guest.answer != .needsAction && GuestAnswers.isGuest(guest.email, of: found.booking) {
      let answer = GuestAnswer(
        booking: found.booking.id, email: guest.email, word: guest.answer,
        sequence: event.sequence, answeredAt: parts.time.now())
      _ = try answers.take(answer, of: found.booking)
    }
  }
}
