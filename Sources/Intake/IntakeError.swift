import Bookings
import Core

/// Why a request was not accepted. Nothing of it was kept.
package enum IntakeError: Error, Sendable {
  /// No such link or booking, or none that this caller may know of.
  case notFound
  /// `alternatives`: with `slotTaken`, bookable slots near the one asked for.
  case refused(Refusal, alternatives: [Interval] = [])
  /// A field of the request has a value that cannot be.
  case invalid(FieldProblem)
  /// The idempotency key was used for another request.
  case idempotencyMismatch
  /// The database cannot take it now; it may a moment later. The cause is for the log.
  case unavailable(any Error)

  init(_ error: any Error) {
    self = error as? IntakeError ?? .unavailable(error)
  }
}

extension Link {
  /// Throws unless guests may book under it.
  func requireOpen() throws(IntakeError) {
    switch state {
    case .active: return
    case .paused: throw .refused(.linkPaused)
    case .spent: throw .refused(.linkSpent)
    case .deleted: throw .notFound
    }
  }
}

extension BusyReading {
  /// All busy time, or `calendarUnreadable`: a calendar that cannot be read is never a free one.
  func intervals() throws(IntakeError) -> [Interval] {
    if !unreadable.isEmpty { throw .refused(.calendarUnreadable) }
    return busy.values.flatMap { $0.map(\.interval) }
  }
}
