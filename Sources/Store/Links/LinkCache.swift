import Bookings
import Synchronization

/// Links as last read, by id and revision: reading a link's settings costs more than all else that a slot's
/// check does. The revision comes from the database every time, so that the cache is never stale.
final class LinkCache: Sendable {
  private let links = Mutex<[LinkID: Link]>([:])

  /// Some megabytes; beyond it the cache starts afresh.
  private static let limit = 10_000

  func link(_ id: LinkID, revision: Int) -> Link? {
    links.withLock { links in
      guard let link = links[id], link.revision == revision else { return nil }
      return link
    }
  }

  func keep(_ link: Link) {
    links.withLock { links in
      if links.count >= Self.limit { links.removeAll() }
      links[link.id] = link
    }
  }
}
