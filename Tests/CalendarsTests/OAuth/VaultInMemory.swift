import Bookings
import Calendars
import Core
import Synchronization

/// One account's credential, with what happened to it, and hands to let things happen at the worst moment.
final class VaultInMemory: CredentialVault {
  struct State {
    var credential: AccountCredential?
    var version = 1
    var provider = Connection.Provider.google
    var needsOwner: String?
    var holder: String?
    /// What is done, in order.
    var log: [String] = []
    /// Called once before the next look at the credential.
    var beforeReading: (@Sendable () -> Void)?
    var beforeStoring: (@Sendable () -> Void)?
    var isBroken = false
    var troubles: [AccountTrouble] = []
  }

  struct Broken: Error {}

  let state: Mutex<State>

  init(_ credential: AccountCredential?, provider: Connection.Provider = .google) {
    state = Mutex(State(credential: credential, provider: provider))
  }

  func credential(of connection: ConnectionID) throws -> KeptCredential? {
    let hook = state.withLock { state in
      defer { state.beforeReading = nil }
      return state.beforeReading
    }
    hook?()
    return try state.withLock { state in
      if state.isBroken { throw Broken() }
      return state.credential.map {
        KeptCredential(
          credential: $0, version: state.version, provider: state.provider,
          needsOwner: state.needsOwner)
      }
    }
  }

  func beginRenewal(
    of connection: ConnectionID, version: Int, until: Timestamp
  ) throws -> RenewalRight {
    state.withLock { state in
      guard version == state.version else { return .outdated }
      if state.holder == "another" { return .taken }
      state.holder = "us"
      return .granted
    }
  }

  func store(
    _ credential: AccountCredential, of connection: ConnectionID, version: Int
  ) throws -> Bool {
    let hook = state.withLock { state in
      defer { state.beforeStoring = nil }
      return state.beforeStoring
    }
    hook?()
    return try state.withLock { state in
      if state.isBroken { throw Broken() }
      guard version == state.version else { return false }
      state.credential = credential
      state.version += 1
      state.holder = nil
      state.needsOwner = nil
      state.log.append("stored")
      return true
    }
  }

  func endRenewal(of connection: ConnectionID, version: Int) throws {
    state.withLock { $0.holder = nil }
  }

  func report(
    _ trouble: AccountTrouble, of connection: ConnectionID, version: Int
  ) throws -> Bool {
    state.withLock { state in
      guard version == state.version else { return false }
      state.troubles.append(trouble)
      if trouble.cause == .owner { state.needsOwner = trouble.reason }
      return true
    }
  }

  /// What another process stores meanwhile.
  func overtake(access: String, refresh: String, now: Timestamp) {
    state.withLock { state in
      state.credential = AccountCredential(
        source: .refreshToken(Redacted(refresh)),
        access: AccessToken(
          token: Redacted(access), obtainedAt: now, expiresAt: now + .hours(1)))
      state.version += 1
      state.holder = nil
    }
  }

  var refreshToken: String? {
    state.withLock { state in
      if case .refreshToken(let token)? = state.credential?.source { return token.reveal() }
      return nil
    }
  }
}
