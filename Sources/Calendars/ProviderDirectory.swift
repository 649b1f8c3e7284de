import Bookings
import Core
import Synchronization

/// The provider of each connection, made once and kept: a provider knows what it has learned about its
/// server.
package final class ProviderDirectory: Sendable {
  /// Makes a connection's provider, looking it up where it is stored; may block. `permanent` where there
  /// is no such connection.
  package typealias Maker = @Sendable (ConnectionID) throws(ProviderError) -> any CalendarProvider

  private let make: Maker
  private let known = Mutex<[ConnectionID: any CalendarProvider]>([:])

  package init(_ make: @escaping Maker) { self.make = make }

  /// The connection's provider; blocks where it has to be made.
  package func provider(of id: ConnectionID) throws(ProviderError) -> any CalendarProvider {
    if let provider = known(id) { return provider }
    let made = try make(id)
    return known.withLock { known in
      // Somebody else may have made one meanwhile; what it has learned is worth keeping.
      if let first = known[id] { return first }
      known[id] = made
      return made
    }
  }

  /// The provider if it was made before; never blocks.
  package func known(_ id: ConnectionID) -> (any CalendarProvider)? { known.withLock { $0[id] } }

  /// For a connection whose URL or password has changed, or that is no more.
  package func forget(_ id: ConnectionID) { known.withLock { $0[id] = nil } }
}
