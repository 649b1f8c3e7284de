import Bookings
import Core
import Intake
import SQLite

extension Store {
  package func link(slug: String) throws -> Link? {
    let standing = try ask { connection in
      try connection.first(
        "SELECT id, revision FROM links WHERE slug = :slug AND state <> 'deleted'"
      ) {
        $0.bind(":slug", slug)
      } read: {
        (id: $0.identifier(0) as LinkID, revision: $0.int(1))
      }
    }
    guard let standing else { return nil }
    if let cached = linkCache.link(standing.id, revision: standing.revision) { return cached }
    let link = try link(standing.id)
    if let link { linkCache.keep(link) }
    // It may have been deleted between the two.
    return link?.state == .deleted ? nil : link
  }

  package func link(_ id: LinkID) throws -> Link? { try ask { try link(id, $0) } }

  /// Deleted ones too: bookings made under them go on.
  func link(_ id: LinkID, _ connection: SQLiteConnection) throws -> Link? {
    let link = try connection.first(
      """
      SELECT l.id, l.organization_id, l.host_id, h.name, h.email, l.slug, l.kind, l.state, l.revision,
        l.settings, l.destination_calendar_id, l.conflict_calendar_ids, l.created_at, l.updated_at
      FROM links AS l JOIN hosts AS h ON h.id = l.host_id
      WHERE l.id = :id
      """
    ) {
      $0.bind(":id", id)
    } read: {
      LinkRow(row: $0)
    }
    return try link?.link()
  }

  package func links(_ query: LinkQuery) throws -> [Link] {
    try read { connection in
      try connection.all(
        """
        SELECT l.id, l.organization_id, l.host_id, h.name, h.email, l.slug, l.kind, l.state, l.revision,
          l.settings, l.destination_calendar_id, l.conflict_calendar_ids, l.created_at, l.updated_at
        FROM links AS l JOIN hosts AS h ON h.id = l.host_id
        WHERE l.organization_id = :organization AND l.state <> 'deleted'
          AND (:host IS NULL OR l.host_id = :host) AND (:state IS NULL OR l.state = :state)
          AND (:kind IS NULL OR l.kind = :kind)
          AND (:before IS NULL OR l.id < :before)
          AND (:text IS NULL OR instr(l.slug, lower(:text))
            OR instr(lower(l.settings ->> '$.title'), lower(:text)))
        ORDER BY l.id DESC LIMIT :limit
        """
      ) {
        $0.bind(":organization", query.organization)
        $0.bind(":host", query.host)
        $0.bind(":state", query.state?.rawValue)
        $0.bind(":kind", query.kind?.rawValue)
        $0.bind(":text", query.text)
        $0.bind(":before", query.before)
        $0.bind(":limit", query.limit)
      } read: {
        LinkRow(row: $0)
      }.map { try $0.link() }
    }
  }

  /// Stores a new link. Throws `LinkError.slugTaken` where another link has, or had, its slug.
  package func insert(_ link: Link) throws {
    try write { try self.insert(link, $0.connection) }
  }

  /// The same under an idempotency key, which is kept with the answer given: nil, or, where an equal request
  /// was answered before, that link and that answer. Throws `LinkError.requestDiffers` where the key was
  /// used for another one.
  package func insert(
    _ link: Link, request: IdempotentRequest, answer: [UInt8]
  ) throws -> (link: LinkID, answer: [UInt8])? {
    try write { transaction in
      if let earlier = try self.linkAnswer(
        to: request, of: link.organization, transaction.connection)
      {
        return earlier
      }
      try self.insert(link, transaction.connection)
      try self.keepLinkAnswer(answer, to: request, about: link, in: transaction)
      return nil
    }
  }

  /// What an equal request about a link was answered, and which link that was.
  func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID,
    _ connection: SQLiteConnection
  ) throws -> (link: LinkID, answer: [UInt8])? {
    let earlier = try connection.first(
      """
      SELECT digest, link_id, body FROM link_requests
      WHERE organization_id = :organization AND key = :key
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":key", request.key)
    } read: {
      (digest: $0.blob(0), link: $0.identifier(1) as LinkID, answer: $0.blob(2))
    }
    guard let earlier else { return nil }
    if earlier.digest != request.digest { throw LinkError.requestDiffers }
    return (earlier.link, earlier.answer)
  }

  func keepLinkAnswer(
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

  private func insert(_ link: Link, _ connection: SQLiteConnection) throws {
    let isNew = try connection.insertIfNew(
      """
      INSERT INTO links (id, organization_id, host_id, slug, kind, state, revision, settings,
        destination_calendar_id, conflict_calendar_ids, created_at, updated_at)
      VALUES (:id, :organization, :host, :slug, :kind, :state, :revision, :settings,
        :destination, :conflicts, :createdAt, :updatedAt)
      """
    ) {
      $0.bind(":id", link.id)
      $0.bind(":organization", link.organization)
      $0.bind(":host", link.host.id)
      $0.bind(":slug", link.slug)
      $0.bind(":kind", link.kind.rawValue)
      $0.bind(":state", link.state.rawValue)
      $0.bind(":revision", link.revision)
      $0.bind(":settings", String(decoding: link.settingsJSON, as: UTF8.self))
      $0.bind(":destination", link.destination)
      $0.bind(":conflicts", link.conflicts.map(\.text).joined(separator: " "))
      $0.bind(":createdAt", link.createdAt)
      $0.bind(":updatedAt", link.updatedAt)
    }
    if !isNew { throw LinkError.slugTaken }
  }

  /// Marks a link as deleted; bookings made under it stay. False where the organization has no such link,
  /// or none that stands at `revision`.
  package func deleteLink(
    _ id: LinkID, of organization: OrganizationID, host: HostID?, revision: Int? = nil
  ) throws -> Bool {
    try write { transaction in
      let changed = try transaction.connection.run(
        """
        UPDATE links SET state = 'deleted', revision = revision + 1, updated_at = :now
        WHERE id = :id AND organization_id = :organization AND (:host IS NULL OR host_id = :host)
          AND (:revision IS NULL OR revision = :revision) AND state <> 'deleted'
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":id", id)
        $0.bind(":organization", organization)
        $0.bind(":host", host)
        $0.bind(":revision", revision)
      }
      return changed > 0
    }
  }
}

package enum LinkError: Error, Sendable, Equatable {
  case slugTaken
  /// The idempotency key was used for another request.
  case requestDiffers
  /// There is none, or none that the caller may know of.
  case notFound
  /// It no longer stands at the revision that was asked for.
  case changed
  /// Nothing is to be given back.
  case notSpent(Link.State)
}

/// A row that the program itself wrote does not read back: the file was changed by somebody else.
package struct UnreadableRow: Error, Sendable, CustomStringConvertible {
  package let table: String
  package let id: String
  package let detail: String

  package var description: String { "row \(id) of \(table) does not read back: \(detail)" }
}

private struct LinkRow {
  let id: LinkID
  let organization: OrganizationID
  let host: LinkHost
  let slug: String
  let kind: Link.Kind
  let state: Link.State
  let revision: Int
  let settings: String
  let destination: CalendarID
  let conflicts: String
  let createdAt: Timestamp
  let updatedAt: Timestamp

  init(row: Row) {
    id = row.identifier(0)
    organization = row.identifier(1)
    host = LinkHost(id: row.identifier(2), name: row.string(3), email: row.string(4))
    slug = row.string(5)
    kind = Link.Kind(rawValue: row.string(6)) ?? .recurring
    state = Link.State(rawValue: row.string(7)) ?? .deleted
    revision = row.int(8)
    settings = row.string(9)
    destination = row.identifier(10)
    conflicts = row.string(11)
    createdAt = row.timestamp(12)
    updatedAt = row.timestamp(13)
  }

  func link() throws -> Link {
    Link(
      id: id, organization: organization, host: host, slug: slug, kind: kind, state: state,
      revision: revision,
      settings: try reading(settings, table: "links", id: id.text) {
        LinkSettings(reading: $0, defaultTimeZone: "UTC")
      },
      destination: destination,
      conflicts: conflicts.split(separator: " ").map { CalendarID(String($0)) },
      createdAt: createdAt, updatedAt: updatedAt)
  }
}

/// Reads a JSON column.
func reading<Value>(
  _ text: String, table: String, id: String, _ body: (FieldReader) -> Value?
) throws -> Value {
  do {
    return try FieldReader.read(try JSON.parse(Array(text.utf8)), body)
  } catch {
    throw UnreadableRow(table: table, id: id, detail: "\(error)")
  }
}

extension Link {
  fileprivate var settingsJSON: [UInt8] {
    var writer = JSONWriter()
    writer.object { settings.write(to: &$0) }
    return writer.bytes
  }
}
