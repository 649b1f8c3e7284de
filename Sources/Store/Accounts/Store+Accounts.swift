import Bookings
import Core
import SQLite

extension Store {
  package func insertOrganization(_ id: OrganizationID, name: String) throws {
    try write { transaction in
      try transaction.connection.run(
        "INSERT INTO organizations (id, name, created_at) VALUES (:id, :name, :now)"
      ) {
        $0.bind(":id", id)
        $0.bind(":name", name)
        $0.bind(":now", transaction.now)
      }
      return
    }
  }

  /// All organizations, oldest first.
  package func organizations() throws -> [(id: OrganizationID, name: String)] {
    try read { connection in
      try connection.all("SELECT id, name FROM organizations ORDER BY id") {
        (id: $0.identifier(0), name: $0.string(1))
      }
    }
  }

  package func insert(_ host: HostRecord) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO hosts (id, organization_id, name, email, time_zone, created_at)
        VALUES (:id, :organization, :name, :email, :timeZone, :now)
        """
      ) {
        $0.bind(":id", host.id)
        $0.bind(":organization", host.organization)
        $0.bind(":name", host.name)
        $0.bind(":email", host.email)
        $0.bind(":timeZone", host.timeZone)
        $0.bind(":now", transaction.now)
      }
      return
    }
  }

  /// The organization's hosts, oldest first; at most `host` itself where that is given.
  package func hosts(of organization: OrganizationID, host: HostID? = nil) throws -> [HostRecord] {
    try read { connection in
      try connection.all(
        """
        SELECT id, organization_id, name, email, time_zone FROM hosts
        WHERE organization_id = :organization AND (:host IS NULL OR id = :host) ORDER BY id
        """
      ) {
        $0.bind(":organization", organization)
        $0.bind(":host", host)
      } read: {
        HostRecord(
          id: $0.identifier(0), organization: $0.identifier(1), name: $0.string(2),
          email: $0.string(3), timeZone: $0.string(4))
      }
    }
  }

  /// Stores what a key may do, under the digest of the key.
  package func insert(_ key: APIKey, hash: [UInt8]) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO api_keys (id, organization_id, host_id, name, key_hash, scopes, created_at)
        VALUES (:id, :organization, :host, :name, :hash, :scopes, :now)
        """
      ) {
        $0.bind(":id", key.id)
        $0.bind(":organization", key.organization)
        $0.bind(":host", key.host)
        $0.bind(":name", key.name)
        $0.bind(":hash", hash)
        $0.bind(":scopes", key.scopes.map(\.rawValue).sorted().joined(separator: " "))
        $0.bind(":now", transaction.now)
      }
      return
    }
  }

  /// What the key with this SHA-256 may do; nil where there is none, or it was revoked.
  package func apiKey(hash: [UInt8]) throws -> APIKey? {
    try read { connection in
      try connection.first(
        """
        SELECT id, organization_id, host_id, name, scopes FROM api_keys
        WHERE key_hash = :hash AND revoked_at IS NULL
        """
      ) {
        $0.bind(":hash", hash)
      } read: {
        APIKey(
          id: $0.identifier(0), organization: $0.identifier(1), host: $0.optionalIdentifier(2),
          name: $0.string(3),
          scopes: Set(
            $0.string(4).split(separator: " ").compactMap { APIKey.Scope(rawValue: String($0)) }))
      }
    }
  }
}
