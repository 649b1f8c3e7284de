import Bookings
import Calendars
import Core
import Dispatch
import HTTPClient
import HTTPServer
import Intake
import Mail
import Queue
import SQLite
import Store
import Synchronization
import Web
import Workers

/// The server: every part made once, in order of dependency; started in that order and stopped in the
/// reverse one.
final class Application: Sendable {
  private let installation: Installation
  private let log: Log
  private let pool: WorkerPool
  /// Nil where only workers run.
  private let http: HTTPServer?
  private let peers: PeerWatch
  private let limits: RateLimits
  private let address: PublicAddress
  private let isReady: Readiness

  init(
    _ installation: Installation, durability: Durability, isWorkerOnly: Bool = false, log: Log
  ) throws {
    self.installation = installation
    self.log = log
    let settings = installation.configuration
    let store = installation.store
    let address = PublicAddress(settings.server.publicUrl)
    let isReady = Readiness()
    let tokens = BookingTokens(key: try installation.folder.tokenKey())
    let desk = try installation.accountDesk(log: log)
    let accounts = desk.accounts

    let parts = try installation.handlerParts(address: address, accounts: accounts)
    try store.keepEarlierUIDs { parts.uid(of: $0) }
    let intake = Intake(
      ledger: store, busyTimes: accounts, zones: installation.zones, time: installation.time,
      randomness: installation.randomness)
    let invitations = Invitations(
      parts, records: store, identity: try settings.mail.identity(),
      linkURL: { "\(address.text)/b/\($0.slug)" },
      alternatives: { link, slot in
        intake.alternatives(to: slot, of: link, within: settings.availability.busyDeadline)
      })
    pool = WorkerPool(
      store: store,
      handlers: [
        BookingHandler(parts), RescheduleHandler(parts), CancelHandler(parts),
        InvitationHandler(
          parts, invitations: invitations,
          incidents: IncidentNotices(
            zones: installation.zones, domain: parts.domain,
            sender: try settings.mail.identity().server, incidents: store.incident),
          records: store, transport: try installation.transport()),
        WatchHandler(
          accounts: accounts, records: store, options: installation.watchOptions(address),
          time: installation.time, randomness: installation.randomness, newSecret: newWatchSecret),
        CompareHandler(parts, records: store, log: log),
        RepairHandler(parts, records: store, log: log),
        FollowHandler(parts, records: store),
        ObserveHandler(parts, records: store, mail: store, log: log),
        PruneChore(installation), ReconcileChore(installation, log: log), PollChore(installation),
        KeepWatchChore(installation), AuditChore(installation),
      ],
      definitions: installation.definitions, time: installation.time,
      randomness: installation.randomness, log: log, options: installation.poolOptions)
    store.jobsReady.connect { [pool] in pool.wake() }
    peers = PeerWatch(store, log: log) { [pool] in pool.wake() }

    limits = RateLimits(
      RateLimits.Options(settings.limits),
      proxies: TrustedProxies(settings.server.trustedProxies), records: store,
      time: installation.time)
    let providerCalls = ProviderCallCounts()
    let web = Web(
      WebParts(
        intake: intake, records: store, changes: store.changes, zones: installation.zones,
        time: installation.time, randomness: installation.randomness, log: log, tokens: tokens,
        accounts: desk, limits: limits, heartbeat: settings.server.eventHeartbeat,
        isRehearsal: settings.time.wallClock != nil, providerCalls: providerCalls,
        publicURL: { address.text }, isReady: { isReady.isSet },
        invite: { store.invite($0, invitations) },
        metrics: { try Metrics(store, durability, providerCalls).text() }))
    http =
      isWorkerOnly
      ? nil
      : HTTPServer(
        configuration: HTTPServer.Configuration(settings.server), handler: web.handle, log: log)
    self.address = address
    self.isReady = isReady
  }

  /// Where guests reach the server; with a port of the system's choice known after `start`.
  var publicURL: String { address.text }

  /// Workers first: what a dead process has left behind is taken up before anything new comes in.
  func start() throws {
    try limits.start()
    if let behind = try installation.store.clockIsBehind(), behind > .seconds(1) {
      log(.clockIsBehind(by: behind))
      try installation.store.clockWasBehind(by: behind)
    }
    try pool.start()
    peers.start()
    guard let http else { return log(.working(seats: installation.configuration.workers.count)) }
    try http.start()
    let server = installation.configuration.server
    let port = http.boundPort ?? 0
    address.set(server.publicUrl(boundPort: Int(port)))
    isReady.set(true)
    log(.serving(address: server.address, port: port, publicURL: address.text))
  }

  /// Takes no new claims and no new connections; running jobs finish or are handed back, requests in flight
  /// are answered.
  func stop() {
    isReady.set(false)
    let settings = installation.configuration
    let now = installation.time.monotonic()
    // Requests that wait for a job's end are answered as things stand.
    installation.store.changes.tellAll()
    let stopping = DispatchGroup()
    DispatchQueue(label: "bookend.drain").async(group: stopping) { [http] in
      http?.stop(by: now + settings.server.drain)
    }
    pool.stop(by: now + settings.workers.shutdown)
    stopping.wait()
    peers.stop(by: now + settings.workers.shutdown)
    limits.stop()
    installation.store.close()
    log(.stopped)
  }
}

extension Store {
  /// The iCalendar object as the guest was last sent it; nil where none was, since the booking was never
  /// confirmed.
  fileprivate func invite(_ booking: BookingID, _ invitations: Invitations) -> [UInt8]? {
    guard let wasConfirmed = try? history(of: booking).contains(where: { $0.change == .confirmed }),
      wasConfirmed, let found = try? bookingCase(booking)
    else { return nil }
    return invitations.object(found)
  }
}

/// Whether requests are to be taken.
final class Readiness: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set(_ isSet: Bool) { value.store(isSet, ordering: .relaxed) }
}

extension Installation {
  fileprivate var poolOptions: WorkerPool.Options {
    var options = WorkerPool.Options()
    options.seats = configuration.workers.count
    options.lease = definitions.all.map(\.lease).max() ?? options.lease
    return options
  }
}

extension Installation {
  /// The address is known once the server listens, which is before any job of a watch runs for long.
  fileprivate func watchOptions(_ address: PublicAddress) -> WatchHandler.Options {
    var options = WatchHandler.Options()
    options.lifetime = configuration.watches.lifetime
    if configuration.isWatching {
      options.address = { provider, watch in
        "\(address.text)/watches/\(provider.rawValue)/\(watch)"
      }
    }
    return options
  }
}

extension RateLimits.Options {
  fileprivate init(_ settings: Configuration.Limits) {
    self.init()
    perAddressAndLink = settings.perAddressAndLink
    perEmail = settings.perEmail
    perLink = settings.perLink
  }
}

extension HTTPServer.Configuration {
  fileprivate init(_ settings: Configuration.Server) {
    self.init()
    address = settings.address
    port = UInt16(clamping: settings.port)
    eventLoops = settings.threads
    maximumConnections = settings.maximumConnections
    idleTimeout = settings.idleTimeout
    requestTimeout = settings.requestTimeout
    headerLimit = settings.maximumHeaderBytes
    bodyLimit = settings.maximumBodyBytes
  }
}
