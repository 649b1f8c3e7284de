import Dispatch
import Synchronization

/// Where requests wait that block for a commit or a long read: the event loops that serve guests must not.
/// Its seats are serial queues that take turns.
final class Desk: Sendable {
  private let seats: [DispatchQueue]
  private let turn = Atomic(0)

  init(_ name: String, seats: Int) {
    self.seats = (0..<seats).map { DispatchQueue(label: "web.\(name).\($0)") }
  }

  func run(_ work: @escaping @Sendable () -> Void) {
    let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    seats[Int(UInt(bitPattern: turn) % UInt(seats.count))].async(execute: work)
  }
}
