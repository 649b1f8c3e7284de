import SQLite

extension Migration {
  static let bookings = Migration(
    version: 4, name: "bookings",
    sql: #"""
      -- Who gave a single-use link back: `bookend` where its booking came to nothing, else the id of the API key
      -- under which the owner reopened it.
      ALTER TABLE spends ADD COLUMN released_by TEXT
        CHECK (released_by IS NULL OR released_at IS NOT NULL);
      UPDATE spends SET released_by = 'bookend' WHERE released_at IS NOT NULL;

      -- Whose doing a change was, where the change itself does not tell it: a booking is moved and cancelled by
      -- its guest or by its host.
      ALTER TABLE booking_history ADD COLUMN actor TEXT CHECK (actor IN ('guest', 'host', 'bookend'));

      -- Where people join, once the calendar has made a video meeting: for the booking's life.
      ALTER TABLE bookings ADD COLUMN conference_url TEXT;

      -- One mail with a booking's address per guest and hour, whatever the link.
      CREATE TABLE address_mails (
        guest_email TEXT PRIMARY KEY,
        sent_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX address_mails_by_age ON address_mails (sent_at);

      -- A calendar that guests could not be shown because nobody could read it, from the first refusal until it
      -- was read again. Its owner is told once for each row.
      CREATE TABLE calendar_incidents (
        id INTEGER PRIMARY KEY,
        calendar_id TEXT NOT NULL REFERENCES calendars,
        began_at INTEGER NOT NULL,
        error_class TEXT NOT NULL,
        error_message TEXT NOT NULL,
        ended_at INTEGER,
        CHECK (ended_at >= began_at)
      ) STRICT;
      CREATE UNIQUE INDEX calendar_incidents_open ON calendar_incidents (calendar_id)
        WHERE ended_at IS NULL;

      -- How much of a limit is used: until `full_at` it fills again. A row whose time has come says nothing.
      CREATE TABLE rate_limits (
        key TEXT PRIMARY KEY,
        full_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX rate_limits_by_age ON rate_limits (full_at);
      """#)
}
