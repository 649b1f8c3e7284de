import Bookings
import Core
import Intake
import Queue
import SQLite

extension Store {
  /// Keeps a new link (`revision` is nil) or another state of one that stands at `revision`, records the
  /// operation as a job of kind `link` that has ended, and keeps the answer under the request's key: all of
  /// it or nothing. Nil, or, where an equal request was answered before, that link and that answer.
  ///
  /// Throws `LinkError`: `slugTaken` where another link has or had the slug, `changed` where the link is
  /// deleted or at another revision, `requestDiffers`.
  package func keep(
    _ link: Link, replacing revision: Int?, as operation: LinkOperation,
    request: IdempotentRequest? = nil, answer: [UInt8] = []
  ) throws -> LinkAnswer? {
    try write { transaction in
      let connection = transaction.connection
      if let request,
        let earlier = try self.linkAnswer(to: request, of: link.organization, connection)
      {
        return earlier
      }
      if let revision {
        try self.replace(link, revision, in: transaction)
      } else {
        try self.insert(link, connection)
      }
      try self.record(operation, on: link, in: transaction)
      if link.state == .active { try self.watchSoon(link.destination, in: transaction) }
      if let request { try self.record(answer, to: request, about: link, in: transaction) }
      return nil
    }
  }

  /// What an equal request was answered before. Throws `requestDiffers` where the key was used for another.
  package func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID
  ) throws -> LinkAnswer? {
    try ask { try linkAnswer(to: request, of: organization, $0) }
  }

  func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID, _ connection: SQLiteConnection
  ) throws -> LinkAnswer? {
    let earlier = try connection.first(
      """
      SELECT digest, link_id, body FROM link_requests
      WHERE organization_id = :organization AND key = :key
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":key", request.key)
    } read: {
      (digest: $0.blob(0), answer: LinkAnswer(link: $0.identifier(1), body: $0.blob(2)))
    }
    guard let earlier else { return nil }
    if earlier.digest != request.digest { throw LinkError.requestDiffers }
    return earlier.answer
  }

  func record(
    _ answer: [UInt8], to request: IdempotentRequest, about link: Link,
    in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO link_requests (organization_id, key, digest, link_id, body, created_at)
      VALUES (:organization, :key, :digest, :link, :body, :now)
      """
    ) {
      $0.bind(":organization", link.organization)
      $0.bind(":key", request.key)
      $0.bind(":digest", request.digest)
      $0.bind(":link", link.id)
      $0.bind(":body", answer)
      $0.bind(":now", transaction.now)
    }
  }

  /// A link's change touches no provider, so that there is nothing for a worker to do: the job is recorded
  /// as it ends, in the transaction that makes the change. A round trip through the pool would only put a
  /// crash between the two.
  func record(
    _ operation: LinkOperation, on link: Link, in transaction: Transaction
  ) throws {
    let payload: JSON = [
      "version": 1, "operation": .string(operation.verb.rawValue), "linkId": .string(link.id.text),
      "revision": .integer(Int64(link.revision)), "by": .string(operation.by),
    ]
    let enqueuedAt = orderedTime(transaction.now)
    try transaction.connection.run(
      """
      INSERT INTO jobs (kind, state, run_at, max_attempts, enqueued_at, started_at, finished_at,
        organization_id, payload)
      VALUES (:kind, 'completed', :now, 1, :enqueuedAt, :now, :now, :organization, :payload)
      """
    ) {
      $0.bind(":kind", JobKind.link.rawValue)
      $0.bind(":now", transaction.now)
      $0.bind(":enqueuedAt", enqueuedAt)
      $0.bind(":organization", link.organization)
      $0.bind(":payload", String(decoding: payload.serialized(), as: UTF8.self))
    }
    count(.link, to: .completed, in: transaction)
  }
}

/// What was answered to a request about a link.
package struct LinkAnswer: Sendable, Equatable {
  package let link: LinkID
  package let body: [UInt8]

  package init(link: LinkID, body: [UInt8]) {
    self.link = link
    self.body = body
  }
}

package enum LinkError: Error, Sendable, Equatable {
  case slugTaken
  /// The link is deleted, or stands at another revision.
  case changed
  /// The idempotency key was used for another request.
  case requestDiffers
  /// There is none, or none that the caller may know of.
  case notFound
  /// Nothing is to be given back.
  case notSpent(Link.State)
}
