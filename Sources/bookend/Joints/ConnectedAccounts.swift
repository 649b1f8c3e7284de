import Bookings
import Calendars
import Core
import Crypto
import HTTPClient
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
  private let parts: ProviderParts
  private let domain: String
  /// Calendars never change once they are stored; asking for them costs as much as all else.
  private let calendars = Mutex<[CalendarID: Calendar]>([:])

  init(
    store: Store, keyring: Keyring, parts: ProviderParts, time: any TimeSource,
    busyOptions: BusyReaderOptions, domain: String
  ) {
    self.store = store
    self.parts = parts
    self.domain = domain
    directory = ProviderDirectory { id throws(ProviderError) in
      try parts.provider(for: try Self.account(id, store, keyring))
    }
    busyReader = BusyReader(directory: directory, time: time, options: busyOptions)
  }

  func provider(of calendar: Calendar) throws(ProviderError) -> any CalendarProvider {
    try directory.provider(of: calendar.connection)
  }

  /// The calendars of an account that is not kept yet.
  func calendars(
    of connection: Connection, password: Redacted<String>
  ) throws(ProviderError) -> [RemoteCalendar] {
    try parts.provider(for: ConnectedAccount(connection: connection, password: password))
      .calendars()
  }

  func calendarChanged(_ calendar: CalendarID) { busyReader.invalidate(calendar) }

  func read(
    _ calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?,
    completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    let known = calendars.compactMap { calendar($0) }
    // One that is no longer there cannot be read, and what cannot be read is not free.
    let missing =
      known.count == calendars.count ? [] : Set(calendars).subtracting(known.map(\.id))
    let own = booking.map { EventKey(booking: $0, generation: 0).uid(domain: domain) }
    busyReader.read(known, during: interval) { reading in
      completion(reading.without(uid: own, missing: missing))
    }
  }

  private func calendar(_ id: CalendarID) -> Calendar? {
    if let known = calendars.withLock({ $0[id] }) { return known }
    guard let found = try? store.calendar(id) else { return nil }
    // The reader answers local calendars at once only where their provider is known already.
    _ = try? directory.provider(of: found.connection)
    calendars.withLock { $0[id] = found }
    return found
  }

  private static func account(
    _ id: ConnectionID, _ store: Store, _ keyring: Keyring
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
    guard let found else { throw ProviderError(.permanent, "there is no connection \(id)") }
    let password: [UInt8]
    do {
      password = try found.secret.map { try keyring.open($0, context: id.text.utf8) } ?? []
    } catch {
      throw ProviderError(.needsOwner, "the account's password cannot be unsealed: \(error)")
    }
    return ConnectedAccount(
      connection: found.connection, password: Redacted(String(decoding: password, as: UTF8.self)),
      addresses: Set(owner.map { [$0.email] } ?? []))
  }
}

extension BusyReading {
  fileprivate func without(uid: String?, missing: Set<CalendarID>) -> BusyReading {
    if uid == nil && missing.isEmpty { return self }
    return BusyReading(
      busy: busy.mapValues { $0.filter { uid == nil || $0.uid != uid } },
      unreadable: unreadable.union(missing), asOf: asOf)
  }
}
