import Core
import Dispatch
import HTTPServer
import Intake
import Synchronization

/// Where limits outlast a restart.
package protocol RateLimitRecords: Sendable {
  /// Every bucket that is not full yet at `now`.
  func rateLimits(fullAfter now: Timestamp) throws -> [(key: String, fullAt: Timestamp)]
  /// Keeps what is used of each. Does not wait for the commit.
  func keepRateLimits(
    _ limits: [(key: String, fullAt: Timestamp)],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void)
}

/// How often guests may ask for something, so that a program that asks without end keeps nobody else from
/// booking.
///
/// - An address may try so often under one link; every try counts.
/// - A guest's email, and a link, may have so many requests accepted; what was refused is given back.
/// - Who is refused by the first limit takes nothing from the others: whoever floods a link from one address
///   is stopped long before the link itself is.
/// - A request is decided in memory. What has changed goes to the disk about once a second, with the commits
///   that are made anyway, and at once when somebody is refused for the first time: a restart forgets a
///   second, and nobody who was stopped.
package final class RateLimits: Sendable {
  package struct Options: Sendable {
    package var perAddressAndLink = 60
    package var perEmail = 20
    package var perLink = 600
    /// All three are for this long.
    package var period = Duration.hours(1)

    package init() {}
  }

  /// Runs work after a time has passed; a test hands in one that it turns by hand.
  package typealias Alarm = @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

  fileprivate struct State {
    var fullAt: [String: Timestamp] = [:]
    var unsaved: Set<String> = []
    var isSaving = false
  }

  /// Some megabytes. Beyond it, those that fill first are forgotten.
  static let mostKeys = 100_000
  static let saveAfter = Duration.seconds(1)
  /// Longer names are none of ours; nothing is kept of them.
  static let longestName = 320

  private let options: Options
  private let proxies: TrustedProxies
  private let records: (any RateLimitRecords)?
  private let time: any TimeSource
  private let alarm: Alarm
  private let state = Mutex(State())

  /// - Parameter records: Nil keeps nothing.
  package init(
    _ options: Options = Options(), proxies: TrustedProxies, records: (any RateLimitRecords)?,
    time: any TimeSource, alarm: @escaping Alarm = RateLimits.timer()
  ) {
    self.options = options
    self.proxies = proxies
    self.records = records
    self.time = time
    self.alarm = alarm
  }

  /// Takes up what was used before the restart. Throws where it cannot be read.
  package func start() throws {
    let kept = try records?.rateLimits(fullAfter: time.now()) ?? []
    state.withLock { state in
      for (key, fullAt) in kept.prefix(Self.mostKeys) { state.fullAt[key] = fullAt }
    }
  }

  /// Hands over what is not on the disk yet.
  package func stop() { save() }

  /// Counts a try to change something: under a link for a booking, on a booking for a change. Throws
  /// `Problem.rateLimited`. What comes from a trusted proxy without a client's name is not limited.
  ///
  /// - Returns: What to give back where the request is not accepted.
  func take(_ request: Request, about subject: String, email: String?) throws(Problem) -> Taken {
    guard let client = proxies.client(of: request) else { return Taken(limits: self, keys: []) }
    let now = time.now()
    let email = email.map {
      ("email \($0.lowercased().prefix(Self.longestName))", limit(options.perEmail))
    }
    let subject = subject.prefix(Self.longestName)
    let given = [email, ("link \(subject)", limit(options.perLink))].compactMap { $0 }
    let refusal = state.withLock { state -> (wait: Duration, isNew: Bool)? in
      var taken: [String: Timestamp] = [:]
      let all = [("address \(client.network) \(subject)", limit(options.perAddressAndLink))] + given
      for (number, (key, limit)) in all.enumerated() {
        switch limit.take(fullAt: state.fullAt[key], now: now) {
        case .taken(let fullAt): taken[key] = fullAt
        case .refused(let wait):
          // The try counts all the same; what could not be had is not paid for.
          if number > 0, let tried = taken[all[0].0] { state.set(all[0].0, tried, now) }
          return (wait, state.unsaved.contains(key))
        }
      }
      for (key, fullAt) in taken { state.set(key, fullAt, now) }
      return nil
    }
    if let refusal {
      // Once: a key that is refused does not change any more.
      if refusal.isNew { save() }
      throw .rateLimited(wait: refusal.wait)
    }
    saveSoon()
    return Taken(limits: self, keys: given.map(\.0))
  }

  /// Whom a limit of the request counts against; nil where nobody can tell.
  func client(of request: Request) -> IPAddress? { proxies.client(of: request) }

  /// What a request has taken that is given back unless it was accepted.
  struct Taken: Sendable {
    fileprivate let limits: RateLimits
    fileprivate let keys: [String]

    /// Only what is accepted counts, and what is repeated counts once.
    func giveBack(unless result: Result<Accepted, IntakeError>) {
      if case .success(let accepted) = result, !accepted.isRepeat { return }
      limits.giveBack(keys)
    }
  }

  private func giveBack(_ keys: [String]) {
    if keys.isEmpty { return }
    let now = time.now()
    state.withLock { state in
      for key in keys {
        guard let fullAt = state.fullAt[key] else { continue }
        let limit = limit(key.hasPrefix("email ") ? options.perEmail : options.perLink)
        state.set(key, limit.giveBack(fullAt: fullAt), now)
      }
    }
  }

  private func limit(_ count: Int) -> RateLimit {
    RateLimit(count: count, period: options.period)
  }

  // MARK: Keeping

  private func saveSoon() {
    if records == nil { return }
    let isFirst = state.withLock { state in
      defer { state.isSaving = true }
      return !state.isSaving
    }
    if isFirst { alarm(Self.saveAfter) { [self] in save() } }
  }

  private func save() {
    guard let records else { return }
    let changed = state.withLock { state in
      state.isSaving = false
      defer { state.unsaved = [] }
      return state.unsaved.compactMap { key in state.fullAt[key].map { (key: key, fullAt: $0) } }
    }
    if changed.isEmpty { return }
    records.keepRateLimits(changed) { [self] result in
      guard case .failure = result else { return }
      // The disk refuses: the next save tries again.
      state.withLock { $0.unsaved.formUnion(changed.map(\.key)) }
    }
  }

  /// The machine's own timer.
  package static func timer() -> Alarm {
    let queue = DispatchQueue(label: "bookend.limits")
    return { after, work in
      let milliseconds = Int(after.wholeMilliseconds)
      queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds), execute: work)
    }
  }
}

extension RateLimits.State {
  fileprivate mutating func set(_ key: String, _ fullAt: Timestamp, _ now: Timestamp) {
    if self.fullAt.count >= RateLimits.mostKeys, self.fullAt[key] == nil { makeRoom(now) }
    self.fullAt[key] = fullAt
    unsaved.insert(key)
  }

  private mutating func makeRoom(_ now: Timestamp) {
    fullAt = fullAt.filter { $0.value > now }
    if fullAt.count < RateLimits.mostKeys { return }
    let latest = fullAt.sorted { $0.value > $1.value }.prefix(RateLimits.mostKeys / 2)
    fullAt = Dictionary(uniqueKeysWithValues: latest.map { ($0.key, $0.value) })
  }
}

extension Problem {
  static func rateLimited(wait: Duration) -> Problem {
    var problem = Problem(
      429, "rate-limited", "Too many requests", "There were too many requests. Try again later.")
    let seconds = (wait.wholeMilliseconds + 999) / 1000
    problem.headers = [("Retry-After", "\(max(1, seconds))")]
    return problem
  }
}
