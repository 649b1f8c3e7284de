import Bookings
import Calendars
import Core
import Crypto
import Intake
import Store
import Web

/// Connects, tests and disconnects calendar accounts, for the front and for the command line alike. An
/// account is asked before it is kept, so that nobody has one that does not work.
struct AccountDesk: Sendable {
  let store: Store
  let keys: SealingKeys
  let accounts: ConnectedAccounts
  let parts: ProviderParts
  let refresher: Refresher
  let clients: [Connection.Provider: OAuthClient]
  let time: any TimeSource
  let randomness: Randomness
  let log: Log
  /// Whether a typed address may be `http`: only where it may be on this machine's own network.
  let allowsPlainHTTP: Bool
  /// For digests of requests that hold passwords.
  let digestKey: Redacted<[UInt8]>

  // MARK: By what is typed

  /// Throws `AccountsError`, and whatever the store throws.
  func connect(
    _ account: NewAccount, for host: HostRecord, request: ConnectionRequest? = nil,
    answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8] = { _, _ in [] }
  ) throws -> ConnectedRecord {
    if let request, let earlier = try store.earlierConnection(request, of: host.organization) {
      return earlier
    }
    switch account {
    case .local(let name, let timeZone):
      let connection = connection(.local, for: host, name: name)
      let calendar = Calendar(
        id: newCalendarID(), connection: connection.id, remoteID: "local", name: name,
        timeZone: timeZone, isWritable: true)
      return try store.connect(
        connection, secret: .none, calendars: [calendar], request: request, answer: answer)
    case .caldav(let url, let username, let password, let name):
      // Basic authentication shows the password to everybody on the way.
      guard allowsPlainHTTP || url.lowercased().hasPrefix("https:") else {
        throw AccountsError.field("url", "must begin with https://")
      }
      let connection = try known(.caldav, for: host, name: name, username: username, url: url)
      let remote = try asking(at: "password", elsewhere: "url") { () throws(ProviderError) in
        try parts.provider(
          for: ConnectedAccount(
            connection: connection, password: password, addresses: [host.email])
        ).calendars()
      }
      let sealed = try keys.seal(password.reveal().utf8, for: connection.id.text)
      return try keep(connection, .password(sealed), remote, request, answer)
    case .serviceAccount(let key, let subject, let name):
      guard let account = ServiceAccount(keyFile: key.reveal(), subject: subject) else {
        throw AccountsError.field("serviceAccount", "is no key file of a Google service account")
      }
      return try connect(
        AccountCredential(source: .serviceAccount(account)), .google, account.name, for: host,
        name: name, at: "serviceAccount", request, answer)
    case .mailbox(let address, let tenant, let name):
      let tenant = tenant ?? clients[.outlook]?.settings.tenant ?? ""
      guard !["common", "organizations", "consumers", ""].contains(tenant) else {
        throw AccountsError.field(
          "tenant", "must name one tenant: providers.outlook.tenant does not")
      }
      return try connect(
        AccountCredential(source: .clientCredentials(tenant: tenant)), .outlook, address,
        for: host, name: name, at: "mailbox", request, answer)
    }
  }

  private func connect(
    _ credential: AccountCredential, _ provider: Connection.Provider, _ username: String,
    for host: HostRecord, name: String?, at field: String, _ request: ConnectionRequest?,
    _ answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8]
  ) throws -> ConnectedRecord {
    guard let client = clients[provider] else {
      throw AccountsError.field("provider", "is not configured here")
    }
    let connection = try known(provider, for: host, name: name, username: username, url: "")
    let renewed: AccountCredential
    do throws(OAuthFailure) {
      renewed = try client.renew(credential)
    } catch {
      throw AccountsError(error, at: field)
    }
    let remote = try asking(at: field, elsewhere: field) { () throws(ProviderError) in
      try calendars(of: connection, renewed)
    }
    let sealed = try keys.seal(renewed.json, for: connection.id.text)
    return try keep(connection, .credential(sealed), remote, request, answer)
  }

  /// The calendars of an account that is not kept yet.
  func calendars(
    of connection: Connection, _ credential: AccountCredential
  ) throws(ProviderError) -> [RemoteCalendar] {
    let account = ConnectedAccount(
      connection: connection, password: Redacted(""),
      mailbox: credential.mailbox(of: connection.username))
    return try parts.with(tokens: TokenAtHand(credential.access))
      .provider(for: account)
      .calendars()
  }

  func keep(
    _ connection: Connection, _ secret: SealedSecret, _ remote: [RemoteCalendar],
    _ request: ConnectionRequest?,
    _ answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8]
  ) throws -> ConnectedRecord {
    let kept = try store.connect(
      connection, secret: secret, calendars: remote.map { calendar($0, of: connection.id) },
      request: request, answer: answer)
    forget(connection.id)
    log(.accountConnected(kept.connection, isNew: kept.isNew, jobsWoken: kept.jobsWoken))
    return kept
  }

  /// What is in memory of an account that has changed.
  func forget(_ connection: ConnectionID) {
    refresher.forget(connection)
    accounts.directory.forget(connection)
  }

  // MARK: Testing

  func test(_ connection: Connection) throws -> TestedAccount {
    let remote: [RemoteCalendar]
    do throws(ProviderError) {
      if connection.state == .needsOwner, clients[connection.provider] != nil {
        try refresher.renew(connection.id)
      }
      remote = try accounts.provider(of: connection.id).calendars()
    } catch {
      guard error.kind == .needsOwner else { throw AccountsError.unreachable(error.message) }
      try store.reportTrouble(cause: "owner", reason: error.message, of: connection.id)
      return TestedAccount(
        connection: try store.connection(connection.id)?.connection ?? connection,
        calendars: try store.calendars(of: connection.id), trouble: error.message, jobsWoken: 0)
    }
    let calendars = try store.mergeCalendars(
      remote.map { calendar($0, of: connection.id) }, of: connection.id)
    let woken = try store.recover(connection.id)
    return TestedAccount(
      connection: try store.connection(connection.id)?.connection ?? connection,
      calendars: calendars, trouble: nil, jobsWoken: woken)
  }

  // MARK: Disconnecting

  /// The account is gone here first, whatever its provider then says: a token that could not be revoked is
  /// no reason to keep it.
  func disconnect(
    _ id: ConnectionID, of organization: OrganizationID, host: HostID?, pausingLinks: Bool
  ) throws -> Disconnected? {
    guard let connection = try store.connection(id)?.connection else { return nil }
    let done = try store.disconnect(
      id, of: organization, host: host, pausingLinks: pausingLinks)
    guard case .done(let dependents, let sealed)? = done else { return done }
    forget(id)
    log(.accountDisconnected(id, pausedLinks: dependents.links.count))
    if let sealed { try revoke(sealed, of: connection) }
    return done
  }

  /// Google ends with one token all that the person has granted to this installation. So it is left alone
  /// while somebody else here has the same account connected.
  private func revoke(_ sealed: [UInt8], of connection: Connection) throws {
    guard let client = clients[connection.provider],
      try !store.isConnectedElsewhere(connection.provider, username: connection.username)
    else { return }
    do {
      if let credential = AccountCredential(json: try keys.open(sealed, for: connection.id.text)) {
        try client.revoke(credential)
      }
    } catch {
      log(.revocationFailed(connection.id, "\(error)"))
    }
  }

  // MARK: Parts

  /// The host's connection to that account, or what a new one would be.
  func known(
    _ provider: Connection.Provider, for host: HostRecord, name: String?, username: String,
    url: String
  ) throws -> Connection {
    try store.connection(of: host.id, provider: provider, username: username, url: url)
      ?? connection(
        provider, for: host, name: name ?? (url.isEmpty ? username : url), username: username,
        url: url)
  }

  private func connection(
    _ provider: Connection.Provider, for host: HostRecord, name: String, username: String = "",
    url: String = ""
  ) -> Connection {
    let now = time.now()
    return Connection(
      id: ConnectionID(prefix: "con", at: now, randomness: randomness),
      organization: host.organization, host: host.id, provider: provider, name: name, url: url,
      username: username, state: .connected, createdAt: now)
  }

  private func calendar(_ remote: RemoteCalendar, of connection: ConnectionID) -> Calendar {
    Calendar(
      id: newCalendarID(), connection: connection, remoteID: remote.remoteID, name: remote.name,
      timeZone: remote.timeZone, isWritable: remote.isWritable)
  }

  private func newCalendarID() -> CalendarID {
    CalendarID(prefix: "cal", at: time.now(), randomness: randomness)
  }

  /// `field` is where a refused secret was typed, `place` where everything else that is wrong was.
  private func asking<Value>(
    at field: String, elsewhere place: String, _ body: () throws(ProviderError) -> Value
  ) throws -> Value {
    do throws(ProviderError) { return try body() } catch {
      switch error.kind {
      case .needsOwner: throw AccountsError.field(field, error.message)
      case .permanent, .conflict: throw AccountsError.field(place, error.message)
      case .transient, .throttled, .unknownOutcome:
        throw AccountsError.unreachable(error.message)
      }
    }
  }
}

/// The token of an account that is not kept yet.
private struct TokenAtHand: AccessTokens {
  private let access: AccessToken?

  init(_ access: AccessToken?) { self.access = access }

  func token(for connection: ConnectionID) throws(ProviderError) -> Redacted<String> {
    guard let access else { throw ProviderError(.needsOwner, "there is no token") }
    return access.token
  }

  func rejected(_ token: Redacted<String>, for connection: ConnectionID) {}
}

extension AccountsError {
  static func field(_ name: String, _ detail: String) -> AccountsError {
    .invalid([FieldProblem(pointer: JSONPointer.root.appending(key: name), detail: detail)])
  }

  init(_ failure: OAuthFailure, at field: String) {
    switch failure.kind {
    case .retry: self = .unreachable(failure.message)
    case .reconnect: self = .field(field, failure.message)
    case .configuration: self = .field("provider", failure.message)
    }
  }
}
