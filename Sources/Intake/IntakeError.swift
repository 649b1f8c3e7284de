import Bookings
import Core

/// Why a request was not accepted. Nothing of it was kept.
package enum IntakeError: Error, Sendable {
  /// No such link or booking, or none that this caller may know of.
  case notFound
  /// `alternatives`: with `slotTaken`, bookable slots near the one asked for.
  case refused(Refusal, alternatives: [Interval] = [])
  /// The same, because the link was changed a while ago: before that it offered what is asked for.
  case noLongerOffered(Refusal)
  /// Fields of the request have values that cannot be.
  case invalid([FieldProblem])
  /// The idempotency key was used for another request.
  case idempotencyMismatch
  /// The database cannot take it now; it may a moment later. The cause is for the log.
  case unavailable(any Error)

  init(_ error: any Error) {
    switch error {
    case let error as IntakeError: self = error
    case let problems as FieldProblems: self = .invalid(problems.problems)
    default: self = .unavailable(error)
    }
  }
}

extension Link {
  /// Throws unless guests may book under it.
  func requireOpen(now: Timestamp) throws(IntakeError) {
    if state == .deleted { throw .notFound }
    if let refusal = refusal(now: now) { throw .refused(refusal) }
  }
}

extension BusyReading {
  /// All busy time, or `calendarUnreadable`: a calendar that cannot be read is never a free one.
  func intervals() throws(IntakeError) -> [Interval] {
    if !unreadable.isEmpty { throw .refused(.calendarUnreadable) }
    return busy.values.flatMap { $0.map(\.interval) }
  }
}
