import Bookings
import Calendars
import Core
import ICalendar
import Mail

/// Answers that came by mail. Anybody can write a mail, so what one of them may do is little: to change what is
/// shown of its own sender, who has to be a guest of the very booking.
package struct ReceivedReplies: Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    case recorded
    /// It came before, or another one that is later.
    case known
    /// It is about a time at which the meeting no longer is.
    case stale
    /// The booking has come to an end.
    case over
  }

  package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownEvent
    case notAGuest

    package var description: String {
      switch self {
      case .unknownEvent: "it answers an invitation that is not ours"
      case .notAGuest: "its sender is not the guest who is said to answer"
      }
    }
  }

  private let answers: GuestAnswers
  private var parts: HandlerParts { answers.parts }
  private var records: any MailRecords { answers.records }

  package init(_ parts: HandlerParts, records: any MailRecords) {
    answers = GuestAnswers(parts: parts, records: records)
  }

  /// Throws a `Refusal` about the mail; everything else that is thrown passes, and the mail should come again.
  package func take(_ incoming: IncomingReply) throws -> Outcome {
    let reply = incoming.reply
    guard let id = try records.booking(uid: reply.uid),
      let booking = try parts.cases.bookingCase(id)?.booking
    else { throw Refusal.unknownEvent }
    guard reply.email == incoming.sender, GuestAnswers.isGuest(reply.email, of: booking) else {
      throw Refusal.notAGuest
    }
    if booking.state.isFinal || booking.state == .cancelling { return .over }
    let asked = try lastSequenceSent(booking)
    if reply.sequence < asked { return .stale }
    if reply.participation.word == .needsAction { return .known }
    let answer = GuestAnswer(
      booking: id, email: reply.email, word: reply.participation.word,
      // Programs that count on by themselves, and clocks that are ahead, must not keep later answers out.
      sequence: asked, answeredAt: min(reply.stamp, parts.time.now()),
      comment: String(reply.comment.prefix(ReceivedReplies.longestComment)))
    return try answers.take(answer, of: booking) ? .recorded : .known
  }

  /// What one writes beside an answer; a page of it is shown.
  private static let longestComment = 2000

  /// SEQUENCE of the newest invitation: that of the last change of which people were told. Requests since then
  /// have raised the booking's revision, and are under way or came to nothing.
  private func lastSequenceSent(_ booking: Booking) throws -> Int {
    var since = 0
    for entry in try records.history(of: booking.id).reversed() {
      switch entry.change {
      case .rescheduleRequested, .cancelRequested: since += 1
      case .confirmed, .moved, .movedInCalendar: return max(0, booking.revision - since)
      default: break
      }
    }
    return 0
  }
}
