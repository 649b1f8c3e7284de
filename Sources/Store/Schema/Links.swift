import SQLite

extension Migration {
  static let links = Migration(
    version: 3, name: "links",
    sql: #"""
      -- Slugs that a link had before: they still lead to it, and to no other, whatever the program believes.
      CREATE TABLE former_slugs (
        slug TEXT PRIMARY KEY,
        link_id TEXT NOT NULL REFERENCES links,
        replaced_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX former_slugs_of_link ON former_slugs (link_id);

      CREATE TRIGGER new_links_take_no_former_slug BEFORE INSERT ON links
      WHEN EXISTS (SELECT 1 FROM former_slugs WHERE slug = NEW.slug)
      BEGIN
        SELECT RAISE(ABORT, 'the slug was another link''s');
      END;
      CREATE TRIGGER links_take_no_others_former_slug BEFORE UPDATE OF slug ON links
      WHEN EXISTS (SELECT 1 FROM former_slugs WHERE slug = NEW.slug AND link_id <> NEW.id)
      BEGIN
        SELECT RAISE(ABORT, 'the slug was another link''s');
      END;
      CREATE TRIGGER links_keep_their_slugs AFTER UPDATE OF slug ON links
      WHEN OLD.slug <> NEW.slug
        AND NOT EXISTS (SELECT 1 FROM former_slugs WHERE slug = OLD.slug AND link_id = OLD.id)
      BEGIN
        SELECT RAISE(ABORT, 'the old slug is not kept');
      END;

      -- Settings that were replaced lately, so that a guest who read them is told of the change.
      CREATE TABLE former_settings (
        link_id TEXT NOT NULL REFERENCES links,
        revision INTEGER NOT NULL,
        settings TEXT NOT NULL,
        replaced_at INTEGER NOT NULL,
        PRIMARY KEY (link_id, revision)
      ) STRICT, WITHOUT ROWID;

      -- Caps count by day and by week, where a booking that is being moved counts for both of its times.
      CREATE INDEX bookings_moving_of_link ON bookings (link_id, requested_start_at)
        WHERE state = 'rescheduling';
      -- And by guest, those that are not over.
      CREATE INDEX bookings_of_guest ON bookings (link_id, guest_email, end_at);
      """#)
}
