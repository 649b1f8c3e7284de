import Bookings
import Calendars
import Core
import Store

/// Accounts' credentials in the store, sealed on the way in and opened on the way out.
struct StoredCredentials: CredentialVault {
  let store: Store
  let keys: SealingKeys
  let log: Log

  func credential(of connection: ConnectionID) throws -> KeptCredential? {
    guard let row = try store.credential(of: connection) else { return nil }
    guard let credential = AccountCredential(json: try keys.open(row.sealed, for: connection.text))
    else { throw ProviderError(.needsOwner, "the account's credential does not read back") }
    return KeptCredential(
      credential: credential, version: row.version, provider: row.provider,
      needsOwner: row.needsOwner)
  }

  func beginRenewal(
    of connection: ConnectionID, version: Int, until: Timestamp
  ) throws -> RenewalRight {
    switch try store.beginRenewal(of: connection, version: version, until: until) {
    case .granted: .granted
    case .taken: .taken
    case .outdated: .outdated
    }
  }

  func store(
    _ credential: AccountCredential, of connection: ConnectionID, version: Int
  ) throws -> Bool {
    let sealed = try keys.seal(credential.json, for: connection.text)
    return try store.storeCredential(sealed, of: connection, version: version)
  }

  func endRenewal(of connection: ConnectionID, version: Int) throws {
    try store.endRenewal(of: connection, version: version)
  }

  func report(
    _ trouble: AccountTrouble, of connection: ConnectionID, version: Int
  ) throws -> Bool {
    let isCurrent = try store.reportTrouble(
      cause: Incident.Cause(trouble.cause), reason: trouble.reason, of: connection, version: version
    )
    if isCurrent { log(.accountTrouble(connection, trouble)) }
    return isCurrent
  }
}

extension Incident.Cause {
  fileprivate init(_ cause: AccountTrouble.Cause) {
    self =
      switch cause {
      case .owner: .owner
      case .operator: .operator
      }
  }
}
