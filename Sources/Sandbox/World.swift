import Core

/// Everything that the sandbox knows, changed by one request at a time.
struct World: Sendable {
  let zones: ZoneDatabase
  let seed: UInt64
  private(set) var randomness: Randomness
  /// The instant of the request at hand.
  private(set) var now: Timestamp
  private var clockOffset: Duration = .zero
  private var systemNow: Timestamp

  var settings = Settings()
  var google = GoogleState()
  var outlook = OutlookState()
  var identity = IdentityState()
  var faults: [Fault] = []
  var calls: [CallRecord] = []
  var mails: [GuestMail] = []
  var notices: [Notice] = []
  /// Notices that are to go out once the world is let go of.
  var outgoing: [Int] = []
  /// Calls that have not been answered, by provider and account.
  var underWay: [String: Int] = [:]
  private var numbers = 0

  init(seed: UInt64, zones: ZoneDatabase, now: Timestamp) {
    self.zones = zones
    self.seed = seed
    self.now = now
    systemNow = now
    randomness = Randomness(seed: seed)
  }

  /// Begins work on a request; what was due by now has happened.
  mutating func begin(at system: Timestamp) {
    systemNow = system
    now = system + clockOffset
    settleConferences()
  }

  mutating func moveClock(to instant: Timestamp) {
    clockOffset = instant - systemNow
    now = instant
    settleConferences()
  }

  mutating func reset() {
    let fresh = World(seed: seed, zones: zones, now: systemNow)
    self = fresh
  }

  /// The notices that are to go out now.
  mutating func takeOutgoing() -> [Notice] {
    guard !outgoing.isEmpty else { return [] }
    let numbers = Set(outgoing)
    outgoing = []
    return notices.filter { numbers.contains($0.number) }
  }

  /// Rises with each thing made: of events, mails, calls and all else together.
  mutating func nextNumber() -> Int {
    numbers += 1
    return numbers
  }

  func token(_ bytes: Int = 24) -> String { base64url(randomness.bytes(bytes)) }

  func uuid() -> String {
    let hex = randomness.bytes(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var parts: [Substring] = []
    var rest = hex[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }

  /// The zone of a name, by IANA or as Windows calls it.
  func zone(_ name: String) -> Zone? { try? zones.zone(windowsZones[name] ?? name) }
}
