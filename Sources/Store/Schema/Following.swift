import SQLite

extension Migration {
  static let following = Migration(
    version: 7, name: "following",
    sql: #"""
      -- The provider's name for the booking's event, once it is known: what a changed event is found by.
      ALTER TABLE bookings ADD COLUMN event_id TEXT;
      CREATE INDEX bookings_of_event ON bookings (calendar_id, event_id) WHERE event_id IS NOT NULL;

      -- 1 where the host has put the event by hand, possibly beside another booking: then its claims leave out
      -- what others have claimed, so that claims still never overlap.
      ALTER TABLE bookings ADD COLUMN placed_by_host INTEGER NOT NULL DEFAULT 0
        CHECK (placed_by_host IN (0, 1));
      CREATE INDEX bookings_placed_by_host ON bookings (calendar_id, end_at) WHERE placed_by_host = 1;

      -- How far each calendar's changes were read. The position is the provider's own text; it is written
      -- together with the jobs that look at what was read, so that nothing is passed over.
      CREATE TABLE followed_calendars (
        calendar_id TEXT PRIMARY KEY REFERENCES calendars,
        position TEXT,
        -- What the last whole reading covered.
        window_start_at INTEGER,
        window_end_at INTEGER,
        read_at INTEGER,
        -- When a reading was last enqueued, whatever became of it.
        asked_at INTEGER NOT NULL,
        CHECK ((position IS NULL) = (window_start_at IS NULL)),
        CHECK ((position IS NULL) = (window_end_at IS NULL)),
        CHECK (window_start_at < window_end_at)
      ) STRICT, WITHOUT ROWID;
      """#)
}
