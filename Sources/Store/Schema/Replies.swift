import SQLite

extension Migration {
  static let replies = Migration(
    version: 10, name: "replies",
    sql: #"""
      -- By which UID a booking's event is known to those who are invited to it: ours, which is a hash and does
      -- not lead back, and the provider's own where it makes one. Answers name nothing else.
      CREATE TABLE event_uids (
        uid TEXT PRIMARY KEY,
        booking_id TEXT NOT NULL REFERENCES bookings
      ) STRICT, WITHOUT ROWID;
      -- The one that the calendar's event has: guests know the meeting by no other.
      ALTER TABLE bookings ADD COLUMN event_uid TEXT;
      """#)
}
