import Bookings
import Testing

struct BookingStateTests {
  /// All that is legal; every other pair is not.
  private static let table: [BookingState: [BookingChange: BookingState]] = [
    .pending: [
      .confirmed: .confirmed, .rejected: .rejected, .failed: .failed, .waitsForOwner: .needsOwner,
      .cancelRequested: .cancelling,
    ],
    .needsOwner: [
      .ownerReturned: .pending, .confirmed: .confirmed, .rejected: .rejected, .failed: .failed,
      .cancelRequested: .cancelling,
    ],
    .confirmed: [
      .rescheduleRequested: .rescheduling, .cancelRequested: .cancelling,
      .movedInCalendar: .confirmed, .cancelledInCalendar: .cancelled,
    ],
    .rescheduling: [
      .moved: .confirmed, .moveRefused: .confirmed, .cancelRequested: .cancelling,
      .cancelledInCalendar: .cancelled,
    ],
    .cancelling: [.cancelled: .cancelled],
  ]

  @Test(arguments: BookingState.allCases, BookingChange.allCases)
  func transitions(state: BookingState, change: BookingChange) {
    #expect(state.after(change) == BookingStateTests.table[state]?[change])
  }

  @Test(arguments: BookingState.allCases)
  func whatKeepsItsTimeCanEnd(state: BookingState) {
    let ends = reachable(from: state).filter(\.isFinal)
    #expect(state.isFinal || ends.contains(.cancelled))
    #expect(state.isFinal == !state.keepsTime)
    #expect(!state.isFinal || BookingChange.allCases.allSatisfy { state.after($0) == nil })
  }

  @Test func everyStateIsReached() {
    #expect(reachable(from: .pending) == Set(BookingState.allCases))
  }

  /// A single-use link is given back when its booking ends as rejected or failed; so neither may follow
  /// on a confirmation.
  @Test func onceConfirmedNeverRejected() {
    let later = reachable(from: .confirmed)
    #expect(later == [.confirmed, .rescheduling, .cancelling, .cancelled])
  }

  private func reachable(from state: BookingState) -> Set<BookingState> {
    var reached: Set<BookingState> = [state]
    var open = [state]
    while let state = open.popLast() {
      for next in BookingChange.allCases.compactMap(state.after)
      where reached.insert(next).inserted {
        open.append(next)
      }
    }
    return reached
  }
}
