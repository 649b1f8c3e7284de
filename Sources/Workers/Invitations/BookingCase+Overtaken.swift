import Bookings
import Core

extension BookingCase {
  /// Why a message no longer says what is true, so that it is better not sent; nil where it does. Whatever
  /// has overtaken it is told by a message of its own.
  func whyOvertaken(_ payload: BookingPayload, now: Timestamp) -> String? {
    guard let message = payload.message else { return nil }
    let isAtItsTime = payload.start.map { $0 == booking.time.start } ?? true
    switch message {
    // An ending stays one.
    case .cancelled, .refused: return nil
    case .confirmed, .moved, .originalTimeStands:
      if booking.state == .cancelling || booking.state == .cancelled {
        return "the booking is \(booking.state.rawValue) by now"
      }
      return isAtItsTime ? nil : "the meeting has been moved again"
    case .manageLink:
      return booking.state.isFinal ? "the booking is \(booking.state.rawValue) by now" : nil
    case .waitingForHost:
      let isWaiting =
        switch booking.state {
        case .needsOwner, .rescheduling, .cancelling: true
        case .pending, .confirmed, .cancelled, .rejected, .failed: false
        }
      return isWaiting ? nil : "the booking is \(booking.state.rawValue) by now"
    case .reminder:
      guard booking.state == .confirmed || booking.state == .rescheduling else {
        return "the booking is \(booking.state.rawValue) by now"
      }
      if !isAtItsTime { return "the meeting has been moved, and has reminders of its own" }
      return booking.time.start <= now ? "the meeting has begun" : nil
    case .declined:
      return booking.state.isFinal ? "the booking is \(booking.state.rawValue) by now" : nil
    }
  }
}
