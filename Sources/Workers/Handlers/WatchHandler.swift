import Bookings
import Calendars
import Core
import Queue

/// Where watches are kept. Each call is one commit, or one read.
package protocol WatchRecords: Sendable {
  /// Nil: there is no such calendar, or its account was disconnected.
  func calendarWatches(_ id: CalendarID) throws -> CalendarWatches?
  /// One is about to be asked for.
  func insert(_ watch: Watch) throws
  /// The provider has promised it. False where it was forgotten meanwhile.
  func begin(_ id: WatchID, _ promise: Watch.Promise) throws -> Bool
  /// It lasts longer. False where it was ended meanwhile.
  func renew(_ id: WatchID, _ promise: Watch.Promise) throws -> Bool
  /// Its calls are believed no more.
  func beginToEnd(_ id: WatchID) throws
  func forget(_ id: WatchID) throws
  func noteRefusal(_ calendar: CalendarID, reason: String, askAgainAt: Timestamp) throws
}

/// Sees to it that a calendar's provider calls us when the calendar changes: asks for a watch, renews it well
/// before its end, and ends what is no longer wanted. It looks at what there is and does what is missing, so
/// that it may run at any time and any number of times.
///
/// A process that dies between any two steps leaves at most a watch that ends by itself and whose calls nobody
/// believes: what was asked for and has no recorded answer is forgotten before another is asked for.
package struct WatchHandler: JobHandler {
  package struct Options: Sendable {
    /// How long a watch is asked for. Graph takes seven days at most and counts them by its own clock.
    package var lifetime = Duration.hours(6 * 24)
    /// How long a calendar is left alone that its provider does not let us watch.
    package var patience = Duration.hours(6)
    /// Where a provider reaches us about a watch; nil where no provider can.
    package var address: (@Sendable (Connection.Provider, WatchID) -> String)?

    package init() {}
  }

  /// A secret of 256 bits, and its SHA-256.
  package typealias NewSecret = @Sendable () throws -> (secret: Redacted<String>, hash: [UInt8])

  private let accounts: any Accounts
  private let records: any WatchRecords
  private let options: Options
  private let time: any TimeSource
  private let randomness: Randomness
  private let newSecret: NewSecret

  package init(
    accounts: any Accounts, records: any WatchRecords, options: Options, time: any TimeSource,
    randomness: Randomness, newSecret: @escaping NewSecret
  ) {
    self.accounts = accounts
    self.records = records
    self.options = options
    self.time = time
    self.randomness = randomness
    self.newSecret = newSecret
  }

  package var kind: JobKind { .watch }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let calendar = try CalendarPayload(attempt.job).calendar
    guard let found = try using({ try records.calendarWatches(calendar) }) else {
      return Handled(.cancel(reason: "the calendar's account is no longer connected"))
    }
    let provider = try provider(of: found.calendar)
    if found.isInUse, let address = options.address {
      guard try keep(found, provider, address) else {
        return Handled(.cancel(reason: "the calendar's provider does not call"))
      }
    } else if let live = found.live {
      try using { try records.beginToEnd(live.id) }
    }
    try endOthers(of: calendar, provider)
    return Handled(.completed)
  }

  /// Asked again after a while; until then the calendar is read at intervals, as all are.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record {
    if !isParked, let calendar = try? CalendarPayload(job).calendar {
      try using {
        try records.noteRefusal(
          calendar, reason: error.message, askAgainAt: time.now() + options.patience)
      }
    }
    return .nothing
  }

  // MARK: - Asking

  /// False where the provider has no watches.
  private func keep(
    _ found: CalendarWatches, _ provider: any CalendarProvider,
    _ address: (Connection.Provider, WatchID) -> String
  ) throws(JobError) -> Bool {
    let now = time.now()
    if let live = found.live, let promise = live.promise, promise.expiresAt > now {
      if promise.renewAt > now { return true }
      let renewed = try asking { () throws(ProviderError) in
        try provider.renew(
          CalendarWatch(promise), of: found.calendar, until: now + options.lifetime)
      }
      if let renewed, renewed.id == promise.providerID {
        _ = try using { try records.renew(live.id, Watch.Promise(renewed, since: now)) }
        return true
      }
    }
    return try ask(found, provider, address, now)
  }

  private func ask(
    _ found: CalendarWatches, _ provider: any CalendarProvider,
    _ address: (Connection.Provider, WatchID) -> String, _ now: Timestamp
  ) throws(JobError) -> Bool {
    let (secret, hash) = try using { try newSecret() }
    let watch = Watch(
      id: WatchID(prefix: "wat", at: now, randomness: randomness), calendar: found.calendar.id,
      secretHash: hash, askedAt: now)
    // The provider calls the address before it answers, and only what is recorded is believed.
    try using { try records.insert(watch) }
    let promised: CalendarWatch?
    do throws(JobError) {
      promised = try asking { () throws(ProviderError) in
        try provider.watch(
          found.calendar,
          WatchRequest(
            address: address(found.provider, watch.id), secret: secret, name: watch.id.text,
            until: now + options.lifetime))
      }
    } catch {
      // Whether it has landed or not, nobody believes it any more.
      try using { try records.forget(watch.id) }
      throw error
    }
    guard let promised else {
      try using { try records.forget(watch.id) }
      return false
    }
    let isKept = try using {
      try records.begin(watch.id, Watch.Promise(promised, since: now))
    }
    if !isKept {
      // Another runner of this job has begun anew, or the account was disconnected.
      try asking { () throws(ProviderError) in try provider.unwatch(promised, of: found.calendar) }
    }
    return true
  }

  /// What is to be ended is told so, now that another has taken its place or none is wanted.
  private func endOthers(
    of calendar: CalendarID, _ provider: any CalendarProvider
  ) throws(JobError) {
    guard let found = try using({ try records.calendarWatches(calendar) }) else { return }
    for watch in found.watches where watch.state == .ending {
      if let promise = watch.promise, promise.expiresAt > time.now() {
        try asking { () throws(ProviderError) in
          try provider.unwatch(CalendarWatch(promise), of: found.calendar)
        }
      }
      try using { try records.forget(watch.id) }
    }
    // What an attempt has asked for that died: nobody knows the provider's name for it.
    for watch in found.watches where watch.state == .asked {
      try using { try records.forget(watch.id) }
    }
  }

  // MARK: - Parts

  private func provider(of calendar: Calendar) throws(JobError) -> any CalendarProvider {
    try asking { () throws(ProviderError) in try accounts.provider(of: calendar) }
  }
}

extension Watch.Promise {
  /// Renewed when a third of its life is left: a provider that is down for a day makes nobody deaf.
  fileprivate init(_ watch: CalendarWatch, since now: Timestamp) {
    self.init(
      providerID: watch.id, resource: watch.resource, expiresAt: watch.expiresAt,
      renewAt: now + (watch.expiresAt - now) / 3 * 2)
  }
}

extension CalendarWatch {
  package init(_ promise: Watch.Promise) {
    self.init(
      id: promise.providerID, resource: promise.resource, expiresAt: promise.expiresAt)
  }
}

/// What jobs about a calendar carry.
struct CalendarPayload: Sendable, Equatable {
  let calendar: CalendarID

  init(_ job: ClaimedJob) throws(JobError) {
    guard let json = try? JSON.parse(Array(job.payload.utf8)), json["version"] == 1,
      let calendar = json["calendarId"]?.string
    else { throw JobError(.permanent, "the payload does not read") }
    self.calendar = CalendarID(calendar)
  }
}
