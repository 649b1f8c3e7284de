import Bookings
import Calendars
import Core
import Intake
import Store
import Synchronization
import Workers

/// The accounts behind calendars: for the workers who write into them, and for the reader of busy time that
/// Intake asks.
final class ConnectedAccounts: Accounts, BusyTimes {
  let directory: ProviderDirectory
  private let busyReader: BusyReader
  private let store: Store
  private let incidents: CalendarIncidents
  /// Calendars never change once they are stored; asking for them costs as much as all else.
  private let calendars = Mutex<[CalendarID: Calendar]>([:])
  /// What the kept providers were made from.
  private let revisions = Mutex<[ConnectionID: Int]>([:])

  init(
    store: Store, keys: SealingKeys, parts: ProviderParts, time: any TimeSource, log: Log,
    busyOptions: BusyReaderOptions
  ) {
    self.store = store
    let incidents = CalendarIncidents(store: store, log: log)
    self.incidents = incidents
    directory = ProviderDirectory { id throws(ProviderError) in
      let account = try Self.account(id, store, keys)
      let provider = try parts.provider(for: account)
      if provider.isLocal { return provider }
      let isWell = account.connection.state == .connected
      let isOneGrant = account.connection.provider == .google
      return WatchedProvider(provider, isWell: isWell, isOneGrant: isOneGrant) {
        store.note($0, of: id, log)
      }
    }
    busyReader = BusyReader(
      directory: directory, time: time, options: busyOptions, verdict: incidents.heard)
  }

  func provider(of calendar: Calendar) throws(ProviderError) -> any CalendarProvider {
    try provider(of: calendar.connection)
  }

  /// The provider of a connection as it stands in the database now, whoever has changed it.
  func provider(of connection: ConnectionID) throws(ProviderError) -> any CalendarProvider {
    if directory.known(connection)?.isLocal != true {
      let revision: Int?
      do { revision = try store.revision(of: connection) } catch {
        throw ProviderError(.transient, "the connection could not be read: \(error)")
      }
      let isNews = revisions.withLock { $0.updateValue(revision ?? 0, forKey: connection) }
      if isNews != revision { directory.forget(connection) }
    }
    return try directory.provider(of: connection)
  }

  func calendarChanged(_ calendar: CalendarID) { busyReader.invalidate(calendar) }

  func read(
    _ calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?,
    completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    let known = calendars.compactMap { calendar($0) }
    // Where the account has been connected again or is gone, the reader has to know.
    for calendar in known where directory.known(calendar.connection)?.isLocal != true {
      _ = try? provider(of: calendar.connection)
    }
    // One that is no longer there cannot be read, and what cannot be read is not free.
    let missing =
      known.count == calendars.count ? [] : Set(calendars).subtracting(known.map(\.id))
    busyReader.read(known, during: interval, except: booking.flatMap(ownEvent)) { reading in
      completion(reading.with(missing))
    }
  }

  private func ownEvent(_ booking: BookingID) -> OwnEvent? {
    // Without it the booking stands in its own way, which refuses more than it should and nothing less.
    let calendar = try? store.bookingParts(booking)?.destination.id
    return calendar.map { OwnEvent(EventKey(booking: booking, generation: 0), in: $0) }
  }

  private func calendar(_ id: CalendarID) -> Calendar? {
    if let known = calendars.withLock({ $0[id] }) { return known }
    guard let found = try? store.calendar(id) else { return nil }
    calendars.withLock { $0[id] = found }
    return found
  }

  private static func account(
    _ id: ConnectionID, _ store: Store, _ keys: SealingKeys
  ) throws(ProviderError) -> ConnectedAccount {
    let found: (connection: Connection, secret: [UInt8]?)?
    let owner: HostRecord?
    do {
      found = try store.connection(id)
      owner = try found.flatMap {
        try store.hosts(of: $0.connection.organization, host: $0.connection.host).first
      }
    } catch {
      throw ProviderError(.transient, "the connection could not be read: \(error)")
    }
    guard let found else { throw ProviderError(.permanent, "the account is not connected") }
    let password: [UInt8]
    do {
      password = try found.secret.map { try keys.open($0, for: id.text) } ?? []
    } catch {
      throw ProviderError(.needsOwner, "the account's password cannot be unsealed: \(error)")
    }
    return ConnectedAccount(
      connection: found.connection, password: Redacted(String(decoding: password, as: UTF8.self)),
      addresses: Set(owner.map { [$0.email] } ?? []),
      mailbox: try mailbox(of: found.connection, store, keys))
  }
}

extension ConnectedAccounts {
  /// The mailbox that is acted for by this installation's own right; nil where somebody has signed in.
  private static func mailbox(
    of connection: Connection, _ store: Store, _ keys: SealingKeys
  ) throws(ProviderError) -> String? {
    guard [.google, .outlook].contains(connection.provider) else { return nil }
    do {
      guard let row = try store.credential(of: connection.id) else { return nil }
      let credential = AccountCredential(json: try keys.open(row.sealed, for: connection.id.text))
      return credential?.mailbox(of: connection.username)
    } catch {
      throw ProviderError(.transient, "the account's credential could not be read")
    }
  }
}

extension Store {
  /// What an account has let us know about itself.
  fileprivate func note(_ error: ProviderError?, of connection: ConnectionID, _ log: Log) {
    do {
      if let error {
        let trouble = AccountTrouble(.owner, error.message)
        let isNoted = try reportTrouble(
          cause: trouble.cause.rawValue, reason: trouble.reason, of: connection)
        if isNoted { log(.accountTrouble(connection, trouble)) }
      } else {
        log(.accountRecovered(connection, jobsWoken: try recover(connection)))
      }
    } catch {
      log(.accountNotRecorded(connection, error))
    }
  }
}

extension BusyReading {
  fileprivate func with(_ missing: Set<CalendarID>) -> BusyReading {
    missing.isEmpty
      ? self
      : BusyReading(
        busy: busy, unreadable: unreadable.union(missing), asOf: asOf, standsIn: standsIn)
  }
}
