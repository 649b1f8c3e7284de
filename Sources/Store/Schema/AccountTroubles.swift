import SQLite

extension Migration {
  /// One record of what keeps accounts and calendars from being used, in place of three that each told the
  /// owner by themselves.
  static let accountTroubles = Migration(
    version: 9, name: "accountTroubles",
    sql: #"""
      DROP INDEX incidents_one_at_a_time;
      DROP INDEX incidents_untold;
      ALTER TABLE incidents RENAME TO account_incidents;

      -- Times during which an account, or one calendar of it, could not be used.
      CREATE TABLE incidents (
        id INTEGER PRIMARY KEY,
        connection_id TEXT NOT NULL REFERENCES connections,
        -- Neither where the whole account is concerned.
        calendar_id TEXT REFERENCES calendars,
        use TEXT CHECK (use IN ('reading', 'writing')),
        cause TEXT NOT NULL CHECK (cause IN ('owner', 'operator', 'provider')),
        reason TEXT NOT NULL,
        began_at INTEGER NOT NULL,
        -- When the job was enqueued that tells the owner, in the same transaction. NULL where another
        -- incident of the account says it already, or where the owner cannot help.
        told_at INTEGER,
        ended_at INTEGER,
        CHECK (ended_at >= began_at),
        CHECK ((calendar_id IS NULL) = (use IS NULL))
      ) STRICT;
      -- One at a time of each, whatever the program believes, so that its owner is told once.
      CREATE UNIQUE INDEX incidents_going_on
        ON incidents (connection_id, coalesce(calendar_id, ''), coalesce(use, ''))
        WHERE ended_at IS NULL;
      CREATE INDEX incidents_by_age ON incidents (ended_at) WHERE ended_at IS NOT NULL;

      -- These keep their numbers, which mails under way are known by. Its owner was told of one that began
      -- while the account had no other.
      INSERT INTO incidents (id, connection_id, calendar_id, use, cause, reason, began_at, told_at,
        ended_at)
      SELECT i.id, c.connection_id, i.calendar_id, 'reading',
        CASE i.error_class WHEN 'needsOwner' THEN 'owner' ELSE 'provider' END, i.error_message,
        i.began_at,
        CASE WHEN NOT EXISTS (
          SELECT 1 FROM calendar_incidents AS o JOIN calendars AS k ON k.id = o.calendar_id
          WHERE k.connection_id = c.connection_id AND o.id < i.id
            AND (o.ended_at IS NULL OR o.ended_at > i.began_at)) THEN i.began_at END,
        i.ended_at
      FROM calendar_incidents AS i JOIN calendars AS c ON c.id = i.calendar_id
      ORDER BY i.id;

      -- Accounts' owners were told by the first booking that waited, unless its mail is still on its way: then
      -- it is not sent any more, and the owner is told anew. An incident of an account that was not marked was
      -- one calendar's, and is found again where it goes on.
      INSERT INTO incidents (connection_id, cause, reason, began_at, told_at, ended_at)
      SELECT a.connection_id, a.cause, a.reason, a.opened_at,
        CASE WHEN a.closed_at IS NULL THEN (
          SELECT max(d.noticed_at, a.opened_at) FROM disconnections AS d
          WHERE d.connection_id = a.connection_id
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = d.job_id AND finished_at IS NULL)) END,
        CASE WHEN a.closed_at IS NOT NULL THEN max(a.opened_at, a.closed_at)
          WHEN a.cause = 'owner' AND c.state = 'connected' THEN a.opened_at END
      FROM account_incidents AS a JOIN connections AS c ON c.id = a.connection_id
      ORDER BY a.id;

      DROP TABLE account_incidents;
      DROP TABLE calendar_incidents;
      DROP TABLE disconnections;
      """#)
}
