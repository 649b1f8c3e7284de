import Bookings
import Core
import Intake
import SQLite

extension Store {
  /// A single-use link's ledger, the latest use first; only those with numbers below `before`.
  package func spends(of link: LinkID, before: Int64?, limit: Int) throws -> [Spend] {
    try read { connection in
      try connection.all(
        """
        SELECT s.id, s.booking_id, s.claimed_at, s.released_at, s.release_reason, s.released_by,
          k.name
        FROM spends AS s LEFT JOIN api_keys AS k ON k.id = s.released_by
        WHERE s.link_id = :link AND (:before IS NULL OR s.id < :before)
        ORDER BY s.id DESC LIMIT :limit
        """
      ) {
        $0.bind(":link", link)
        $0.bind(":before", before)
        $0.bind(":limit", limit)
      } read: {
        Spend(row: $0)
      }
    }
  }

  /// Gives a spent link back, with a record of who did it. The booking that had spent it stays as it is.
  /// Under an idempotency key the answer that `render` makes is kept with it, and an equal request gets it
  /// again and reopens nothing. Throws `LinkError`.
  package func reopenLink(
    _ wish: Reopening, request: IdempotentRequest?,
    render: @escaping @Sendable (Link) -> [UInt8]
  ) throws -> (link: Link, answer: [UInt8]) {
    try write { transaction in
      let connection = transaction.connection
      if let request,
        let earlier = try self.linkAnswer(to: request, of: wish.organization, connection)
      {
        guard let link = try self.link(earlier.link, connection) else { throw LinkError.notFound }
        return (link, earlier.body)
      }
      guard let link = try self.link(wish.link, connection), link.state != .deleted,
        link.organization == wish.organization, wish.host == nil || link.host.id == wish.host
      else { throw LinkError.notFound }
      if let revision = wish.revision, revision != link.revision { throw LinkError.changed }
      guard link.state == .spent else { throw LinkError.notSpent(link.state) }

      try self.release(wish, in: transaction)
      guard let reopened = try self.link(link.id, connection) else { throw LinkError.notFound }
      try self.record(LinkOperation(.reopen, by: wish.by), on: reopened, in: transaction)
      let answer = render(reopened)
      if let request {
        try self.record(answer, to: request, about: reopened, in: transaction)
      }
      return (reopened, answer)
    }
  }

  private func release(_ wish: Reopening, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      UPDATE spends SET released_at = :now, release_reason = :reason, released_by = :by
      WHERE link_id = :link AND released_at IS NULL
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":reason", Spend.reopened)
      $0.bind(":by", wish.by)
      $0.bind(":link", wish.link)
    }
    try transaction.connection.run(
      """
      UPDATE links SET state = 'active', revision = revision + 1, updated_at = :now
      WHERE id = :link
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":link", wish.link)
    }
  }
}

extension Spend {
  fileprivate init(row: Row) {
    self.init(
      number: row.int64(0), booking: row.identifier(1), claimedAt: row.timestamp(2),
      release: row.optionalTimestamp(3).map {
        Release(
          at: $0, reason: row.string(4), by: row.string(5), keyName: row.optionalString(6))
      })
  }
}
