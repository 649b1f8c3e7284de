import Bookings
import Core
import SQLite

extension Store {
  /// Puts another state of a link in place of the one at `revision`; what guests may still go by, its former
  /// slug and settings, is kept beside it.
  func replace(_ link: Link, _ revision: Int, in transaction: Transaction) throws {
    invariant(link.revision == revision + 1, "each change raises the revision by one")
    let connection = transaction.connection
    guard let slug = try slug(of: link, at: revision, connection) else { throw LinkError.changed }
    if slug != link.slug {
      if try isOthers(link.slug, than: link.id, connection) { throw LinkError.slugTaken }
      try keepSlug(slug, of: link.id, in: transaction)
    }
    try keepSettings(of: link, at: revision, in: transaction)
    try connection.run(
      """
      UPDATE links SET slug = :slug, state = :state, revision = :revision, settings = :settings,
        destination_calendar_id = :destination, conflict_calendar_ids = :conflicts,
        updated_at = :updatedAt
      WHERE id = :id
      """
    ) {
      $0.bind(":slug", link.slug)
      $0.bind(":state", link.state.rawValue)
      $0.bind(":revision", link.revision)
      $0.bind(":settings", link.settingsText)
      $0.bind(":destination", link.destination)
      $0.bind(":conflicts", link.conflicts.map(\.text).joined(separator: " "))
      $0.bind(":updatedAt", link.updatedAt)
      $0.bind(":id", link.id)
    }
  }

  /// Nil where the link is deleted or not at that revision.
  private func slug(
    of link: Link, at revision: Int, _ connection: SQLiteConnection
  ) throws -> String? {
    try connection.first(
      """
      SELECT slug FROM links
      WHERE id = :id AND organization_id = :organization AND revision = :revision
        AND state <> 'deleted'
      """
    ) {
      $0.bind(":id", link.id)
      $0.bind(":organization", link.organization)
      $0.bind(":revision", revision)
    } read: {
      $0.string(0)
    }
  }

  /// Whether another link has or had the slug.
  func isOthers(_ slug: String, than link: LinkID, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM links WHERE slug = :slug AND id <> :link
      UNION ALL SELECT 1 FROM former_slugs WHERE slug = :slug AND link_id <> :link
      """
    ) {
      $0.bind(":slug", slug)
      $0.bind(":link", link)
    }
  }

  private func keepSlug(_ slug: String, of link: LinkID, in transaction: Transaction) throws {
    // It is there already where the link had it once before.
    try transaction.connection.run(
      """
      INSERT INTO former_slugs (slug, link_id, replaced_at) VALUES (:slug, :link, :now)
      ON CONFLICT (slug) DO NOTHING
      """
    ) {
      $0.bind(":slug", slug)
      $0.bind(":link", link)
      $0.bind(":now", transaction.now)
    }
  }

  /// More changes within a day than a person makes; a program that makes them has no guests who look.
  private static let keptSettings = 20

  private func keepSettings(
    of link: Link, at revision: Int, in transaction: Transaction
  ) throws {
    let connection = transaction.connection
    try connection.run(
      """
      INSERT INTO former_settings (link_id, revision, settings, replaced_at)
      SELECT id, revision, settings, :now FROM links WHERE id = :link AND settings <> :settings
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":link", link.id)
      $0.bind(":settings", link.settingsText)
    }
    try connection.run(
      "DELETE FROM former_settings WHERE link_id = :link AND revision <= :revision - :kept"
    ) {
      $0.bind(":link", link.id)
      $0.bind(":revision", revision)
      $0.bind(":kept", Store.keptSettings)
    }
  }

  package func formerSettings(
    of link: LinkID, replacedAfter since: Timestamp
  ) throws -> [LinkSettings] {
    try ask { connection in
      try connection.all(
        """
        SELECT settings FROM former_settings
        WHERE link_id = :link AND replaced_at > :since ORDER BY revision DESC
        """
      ) {
        $0.bind(":link", link)
        $0.bind(":since", since)
      } read: {
        $0.string(0)
      }
    }.map { text in
      try reading(text, table: "former_settings", id: link.text) {
        LinkSettings(reading: $0, defaultTimeZone: "UTC")
      }
    }
  }
}

extension Link {
  var settingsText: String {
    String(decoding: JSON.object(settings.json).serialized(), as: UTF8.self)
  }
}
