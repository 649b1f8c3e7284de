import Bookings
import Core
import SQLite

extension Store {
  /// By the slug that it has, or one that it had before: addresses that were given out go on to work.
  package func link(slug: String) throws -> Link? {
    let found = try ask { connection in
      try standing(slug: slug, connection) ?? formerStanding(slug: slug, connection)
    }
    guard let found else { return nil }
    if let cached = linkCache.link(found.id, revision: found.revision) { return cached }
    let link = try link(found.id)
    if let link { linkCache.keep(link) }
    // It may have been deleted between the two.
    return link?.state == .deleted ? nil : link
  }

  private typealias Standing = (id: LinkID, revision: Int)

  private func standing(slug: String, _ connection: SQLiteConnection) throws -> Standing? {
    try connection.first(
      "SELECT id, revision FROM links WHERE slug = :slug AND state <> 'deleted'"
    ) {
      $0.bind(":slug", slug)
    } read: {
      (id: $0.identifier(0), revision: $0.int(1))
    }
  }

  private func formerStanding(slug: String, _ connection: SQLiteConnection) throws -> Standing? {
    try connection.first(
      """
      SELECT l.id, l.revision FROM former_slugs AS f JOIN links AS l ON l.id = f.link_id
      WHERE f.slug = :slug AND l.state <> 'deleted'
      """
    ) {
      $0.bind(":slug", slug)
    } read: {
      (id: $0.identifier(0), revision: $0.int(1))
    }
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

  func insert(_ link: Link, _ connection: SQLiteConnection) throws {
    if try isOthers(link.slug, than: link.id, connection) { throw LinkError.slugTaken }
    try connection.run(
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
      $0.bind(":settings", link.settingsText)
      $0.bind(":destination", link.destination)
      $0.bind(":conflicts", link.conflicts.map(\.text).joined(separator: " "))
      $0.bind(":createdAt", link.createdAt)
      $0.bind(":updatedAt", link.updatedAt)
    }
  }
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
