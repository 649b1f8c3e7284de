import Bookings
import Calendars
import Core
import HTTPClient
import Store

extension Installation {
  /// Everything that has to do with calendar accounts, made once.
  func accountDesk(log: Log) throws -> AccountDesk {
    let configured = configuration.providers
    var options = HTTPClientOptions()
    // One handle for each worker, and some for pages that ask for busy time.
    options.handles = configuration.workers.count + 8
    options.proxy = configuration.network.proxy
    let http = HTTPClient(options)
    // A client of its own: a connection that one of them has opened must not serve the other.
    options.refusesPrivateAddresses = !configured.caldav.allowPrivateAddresses
    let typedHTTP = HTTPClient(options)

    let clients = [
      Connection.Provider.google: OAuthClient(
        settings: OAuthSettings(configured.google), http: http, time: time),
      .outlook: OAuthClient(settings: OAuthSettings(configured.outlook), http: http, time: time),
    ]
    let refresher = Refresher(
      vault: StoredCredentials(store: store, keys: keys, log: log), time: time
    ) { clients[$0] }
    var addresses = ProviderAddresses()
    addresses.google = configured.google.apiBaseUrl
    addresses.outlook = configured.outlook.apiBaseUrl
    let parts = ProviderParts(
      http: http, typedHTTP: typedHTTP, zones: zones, time: time,
      localEvents: StoredLocalEvents(store: store), tokens: refresher, addresses: addresses,
      defaultTimeZone: "UTC")
    var busy = BusyReaderOptions()
    busy.fresh = configuration.availability.busyCache
    busy.stale = configuration.availability.stale
    busy.deadline = configuration.availability.busyDeadline
    return AccountDesk(
      store: store, keys: keys,
      accounts: ConnectedAccounts(
        store: store, keys: keys, parts: parts, time: time, log: log, busyOptions: busy),
      parts: parts, refresher: refresher, clients: clients, time: time, randomness: randomness,
      log: log, allowsPlainHTTP: configured.caldav.allowPrivateAddresses,
      digestKey: try folder.tokenKey())
  }
}
