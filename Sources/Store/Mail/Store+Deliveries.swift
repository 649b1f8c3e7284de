import Bookings
import Core
import SQLite

extension Store {
  package func delivery(_ key: String) throws -> Delivery? {
    try read { connection in
      try connection.first(
        """
        SELECT key, organization_id, booking_id, message, recipient, state, detail, handovers,
          updated_at
        FROM deliveries WHERE key = :key
        """
      ) {
        $0.bind(":key", key)
      } read: {
        Delivery(row: $0)
      }
    }
  }

  /// What became of the messages about a booking, in the order of their beginnings.
  package func deliveries(of booking: BookingID) throws -> [Delivery] {
    try read { connection in
      try connection.all(
        """
        SELECT key, organization_id, booking_id, message, recipient, state, detail, handovers,
          updated_at
        FROM deliveries INDEXED BY deliveries_of_booking WHERE booking_id = :booking
        ORDER BY created_at, key
        """
      ) {
        $0.bind(":booking", booking)
      } read: {
        Delivery(row: $0)
      }
    }
  }

  /// Writes what is known of a message now; committed when it returns. Each `handing` counts as one
  /// handover more. Of what was sent it stays known, whoever comes late with something else.
  package func record(_ delivery: Delivery) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO deliveries (key, organization_id, booking_id, message, recipient, state, detail,
          handovers, created_at, updated_at)
        VALUES (:key, :organization, :booking, :message, :recipient, :state, :detail, :handover,
          :now, :now)
        ON CONFLICT (key) DO UPDATE SET state = excluded.state, detail = excluded.detail,
          handovers = handovers + excluded.handovers, updated_at = excluded.updated_at
        WHERE state <> 'sent'
        """
      ) {
        $0.bind(":key", delivery.key)
        $0.bind(":organization", delivery.organization)
        $0.bind(":booking", delivery.booking)
        $0.bind(":message", delivery.message)
        $0.bind(":recipient", delivery.recipient)
        $0.bind(":state", delivery.state.rawValue)
        $0.bind(":detail", delivery.detail)
        $0.bind(":handover", delivery.state == .handing)
        $0.bind(":now", transaction.now)
      }
      return
    }
  }

  /// Whether the calendar's provider has told this person of the booking before: then it goes on
  /// doing so.
  package func isToldByProvider(_ booking: BookingID, recipient: String) throws -> Bool {
    try ask { connection in
      try connection.exists(
        """
        SELECT 1 FROM deliveries INDEXED BY deliveries_of_booking
        WHERE booking_id = :booking AND recipient = :recipient AND state = 'byProvider' LIMIT 1
        """
      ) {
        $0.bind(":booking", booking)
        $0.bind(":recipient", recipient)
      }
    }
  }

  /// Forgets messages that were about no booking; true where there may be more.
  package func pruneMail(before: Timestamp) throws -> Bool {
    try write { transaction in
      let deliveries = try transaction.connection.run(
        """
        DELETE FROM deliveries WHERE key IN (
          SELECT key FROM deliveries INDEXED BY deliveries_by_age
          WHERE booking_id IS NULL AND created_at < :before ORDER BY created_at LIMIT 200)
        """
      ) { $0.bind(":before", before) }
      let links = try transaction.connection.run(
        """
        DELETE FROM link_mails WHERE (link_id, email, day) IN (
          SELECT link_id, email, day FROM link_mails INDEXED BY link_mails_by_age
          WHERE created_at < :before ORDER BY created_at LIMIT 200)
        """
      ) { $0.bind(":before", before) }
      return deliveries + links > 0
    }
  }
}

extension Delivery {
  fileprivate init(row: Row) {
    self.init(
      key: row.string(0), organization: row.identifier(1), booking: row.optionalIdentifier(2),
      message: row.string(3), recipient: row.string(4),
      state: State(rawValue: row.string(5)) ?? .handing, detail: row.string(6),
      handovers: row.int(7), updatedAt: row.timestamp(8))
  }
}
