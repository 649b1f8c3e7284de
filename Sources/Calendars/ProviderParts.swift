import Bookings
import Core
import HTTPClient

/// What providers are made from.
package struct ProviderParts: Sendable {
  package let http: HTTPClient
  /// For addresses that people have typed: where it may connect to is the operator's choice.
  package let typedHTTP: HTTPClient
  package let zones: ZoneDatabase
  package let time: any TimeSource
  package let localEvents: any LocalEvents
  package let tokens: any AccessTokens
  package let addresses: ProviderAddresses
  /// IANA name: for calendars that do not tell their zone.
  package let defaultTimeZone: String

  package init(
    http: HTTPClient, typedHTTP: HTTPClient? = nil, zones: ZoneDatabase, time: any TimeSource,
    localEvents: any LocalEvents, tokens: any AccessTokens,
    addresses: ProviderAddresses = ProviderAddresses(),
    defaultTimeZone: String
  ) {
    self.http = http
    self.typedHTTP = typedHTTP ?? http
    self.zones = zones
    self.time = time
    self.localEvents = localEvents
    self.tokens = tokens
    self.addresses = addresses
    self.defaultTimeZone = defaultTimeZone
  }

  /// The same with other tokens, for an account that is not kept yet.
  package func with(tokens: any AccessTokens) -> ProviderParts {
    ProviderParts(
      http: http, typedHTTP: typedHTTP, zones: zones, time: time, localEvents: localEvents,
      tokens: tokens, addresses: addresses, defaultTimeZone: defaultTimeZone)
  }

  /// The provider that acts for an account. Sends nothing; throws `permanent` where the connection cannot
  /// be used as it is stored.
  package func provider(
    for account: ConnectedAccount
  ) throws(ProviderError) -> any CalendarProvider {
    let connection = account.connection
    switch connection.provider {
    case .local:
      return LocalProvider(connection: connection.id, events: localEvents)
    case .caldav:
      return try CalDAVProvider(
        account, http: typedHTTP, zones: zones, time: time, defaultTimeZone: defaultTimeZone)
    case .google:
      return GoogleProvider(
        account, baseURL: addresses.google, http: http, tokens: tokens, zones: zones, time: time,
        defaultTimeZone: defaultTimeZone)
    case .outlook:
      return OutlookProvider(
        account, baseURL: addresses.outlook, http: http, tokens: tokens, zones: zones, time: time,
        defaultTimeZone: defaultTimeZone)
    }
  }
}
