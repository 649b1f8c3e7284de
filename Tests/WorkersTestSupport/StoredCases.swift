import Bookings
import Store
import Synchronization
import Workers

/// Bookings as the store has them, unless a test says that the disk cannot be read.
package final class StoredCases: BookingCases {
  private let store: Store
  private let failures = Mutex(0)

  package init(store: Store) { self.store = store }

  package func fail(times: Int) { failures.withLock { $0 = times } }

  package func bookingCase(_ id: BookingID) throws -> BookingCase? {
    let fails = failures.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if fails { throw DiskIsFull() }
    return try store.bookingParts(id).map {
      BookingCase(
        booking: $0.booking, link: $0.link, destination: $0.destination, conflicts: $0.conflicts)
    }
  }
}

package struct DiskIsFull: Error {
  package init() {}
}
