import Bookings
import Synchronization

/// What calls of providers are believed by, and what they lead to.
package protocol ProviderCallRecords: Sendable {
  /// Nil where there is none of that id, or it is another provider's.
  func watch(_ id: WatchID, at provider: Connection.Provider) throws -> Watch?
  /// Takes in all of it in one commit, or throws and nothing of it.
  func hear(_ calls: [ProviderCall]) throws
}

/// How many notices of providers were believed and refused since the process began.
package final class ProviderCallCounts: Sendable {
  package struct Count: Sendable, Hashable {
    package let provider: Connection.Provider
    package let isBelieved: Bool
  }

  private let counts = Mutex<[Count: Int]>([:])

  package init() {}

  func count(_ calls: Int, believed: Bool, _ provider: Connection.Provider) {
    let key = Count(provider: provider, isBelieved: believed)
    counts.withLock { $0[key, default: 0] += calls }
  }

  /// Of every provider that calls, in a fixed order.
  package var all: [(count: Count, calls: Int)] {
    let known = counts.withLock { $0 }
    return [Connection.Provider.google, .outlook].flatMap { provider in
      [true, false].map { isBelieved in
        let key = Count(provider: provider, isBelieved: isBelieved)
        return (key, known[key] ?? 0)
      }
    }
  }
}
