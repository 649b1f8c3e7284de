import Bookings
import Core
import Intake

/// What the front is given; nothing of it is made here.
package struct WebParts: Sendable {
  package let intake: Intake
  package let records: any WebRecords
  /// Where a request that waits for its job's end hears of it.
  package let changes: ChangeFeed
  package let zones: ZoneDatabase
  package let time: any TimeSource
  /// Whether `time` is not the world's.
  package let isRehearsal: Bool
  package let randomness: Randomness
  package let log: Log
  package let tokens: BookingTokens
  package let accounts: any CalendarAccounts
  package let limits: RateLimits
  package let providerCalls: ProviderCallCounts
  /// How often a stream of events that has nothing to say shows that it is there.
  package let heartbeat: Duration
  private let address: @Sendable () -> String
  /// Whether requests are to be taken: false while the server drains, or before it is ready.
  package let isReady: @Sendable () -> Bool
  /// The iCalendar object of a booking as last sent; nil for one that was never confirmed.
  package let invite: @Sendable (BookingID) -> [UInt8]?
  /// What there is to be measured, in Prometheus' text format.
  package let metrics: @Sendable () throws -> String

  package init(
    intake: Intake, records: any WebRecords, changes: ChangeFeed, zones: ZoneDatabase,
    time: any TimeSource, randomness: Randomness, log: Log, tokens: BookingTokens,
    accounts: any CalendarAccounts, limits: RateLimits, heartbeat: Duration = .seconds(15),
    isRehearsal: Bool = false, providerCalls: ProviderCallCounts = ProviderCallCounts(),
    publicURL: @escaping @Sendable () -> String, isReady: @escaping @Sendable () -> Bool,
    invite: @escaping @Sendable (BookingID) -> [UInt8]? = { _ in nil },
    metrics: @escaping @Sendable () throws -> String = { "" }
  ) {
    self.intake = intake
    self.records = records
    self.changes = changes
    self.zones = zones
    self.time = time
    self.isRehearsal = isRehearsal
    self.randomness = randomness
    self.log = log
    self.tokens = tokens
    self.accounts = accounts
    self.limits = limits
    self.providerCalls = providerCalls
    self.heartbeat = heartbeat
    address = publicURL
    self.isReady = isReady
    self.invite = invite
    self.metrics = metrics
  }

  /// Without a slash at its end: what links in answers and pages begin with. The system may choose the port,
  /// so it is known only once the server listens.
  package var publicURL: String { address() }
}
