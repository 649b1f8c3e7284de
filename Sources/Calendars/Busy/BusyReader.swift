import Bookings
import Core
import Dispatch
import Synchronization

/// Answers what is busy, for pages and for the check of a slot, without letting a slow or silent provider
/// hold anybody up.
///
/// - What was read a moment ago is answered at once, on the caller's thread, in microseconds.
/// - Questions that a read already under way will answer join it: however many guests open a page, its
///   account is asked once.
/// - A provider that does not answer in time, or fails, is stood in for by an earlier reading if one is
///   not too old, and the answer says as of when. Failing that its calendar is unreadable, never free.
/// - After our own write to a calendar (`invalidate`) nothing that was read, or began to be read, before
///   counts as fresh any more.
/// - Calendars in our own database are read at once, and never kept.
/// - Whoever looks after calendars that guests cannot be shown is told of each such failure, and of each
///   success.
///
/// Providers elsewhere are called on queues of this object's own, one for each account.
package final class BusyReader: Sendable {
  /// Runs work after a time has passed; a test hands in one that it turns by hand.
  package typealias Alarm = @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
  /// Hears that a calendar was read (nil), or why it could not be where nothing stood in for it, so that
  /// somebody was refused. Called on any thread, again and again; it must not block.
  package typealias Verdict = @Sendable (Calendar, ProviderError?) -> Void

  private struct State {
    var cache = BusyCache()
    var reads = BusyReads()
  }

  private let directory: ProviderDirectory
  private let time: any TimeSource
  private let options: BusyReaderOptions
  private let alarm: Alarm
  private let verdict: Verdict
  private let state = Mutex(State())

  package init(
    directory: ProviderDirectory, time: any TimeSource,
    options: BusyReaderOptions = BusyReaderOptions(), alarm: @escaping Alarm = BusyReader.timer(),
    verdict: @escaping Verdict = { _, _ in }
  ) {
    self.directory = directory
    self.time = time
    self.options = options
    self.alarm = alarm
    self.verdict = verdict
  }

  /// Calls `completion` once, with every calendar either read or unreadable: before it returns where
  /// nothing has to be waited for, else on another thread, by the deadline at the latest. `own`, a
  /// booking's event, does not count on its calendar. No reading older than `maximumAge` is used, nor one that
  /// stands in; nil is what the options say.
  package func read(
    _ calendars: [Calendar], during: Interval, except own: OwnEvent? = nil,
    maximumAge: Duration? = nil, completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    let now = time.monotonic()
    let asOf = time.now()
    var found = BusyReading(busy: [:], unreadable: [], asOf: asOf)
    var misses: [Calendar] = []
    let stale = maximumAge ?? options.stale
    for calendar in calendars {
      if let provider = directory.known(calendar.connection), provider.isLocal {
        readLocal(calendar, during, except: own, from: provider, asOf: asOf, into: &found)
      } else if let reading = fresh(
        calendar.id, during, own.key(in: calendar.id), age: min(options.fresh, stale), now: now)
      {
        found.add(reading.overlapping(during), of: calendar.id, asOf: reading.asOf)
      } else {
        misses.append(calendar)
      }
    }
    if misses.isEmpty { return completion(found) }
    let request = BusyRequest(
      Set(misses.map(\.id)), during: during, except: own, maximumAge: stale, found: found,
      completion: completion)
    ask(misses, for: request, asOf: asOf, now: now)
    alarm(options.deadline) { [self] in
      for calendar in request.outstanding { standIn(for: calendar, request) }
    }
  }

  /// To be called after every write to the calendar, whatever became of it.
  package func invalidate(_ calendar: CalendarID) {
    state.withLock { state in
      state.cache.demote(calendar)
      state.reads.outdate(calendar)
    }
  }

  private func fresh(
    _ calendar: CalendarID, _ during: Interval, _ except: EventKey?, age: Duration,
    now: MonotonicInstant
  ) -> BusyCache.Reading? {
    state.withLock {
      $0.cache.reading(
        of: calendar, covering: during, except: except, age: age, now: now, current: true)
    }
  }

  private func readLocal(
    _ calendar: Calendar, _ during: Interval, except own: OwnEvent?,
    from provider: any CalendarProvider, asOf: Timestamp, into found: inout BusyReading
  ) {
    let results = try? provider.busy(in: [calendar], during: during, except: own)
    guard let busy = try? results?[calendar.id]?.get() else {
      return found.addUnreadable(calendar.id)
    }
    found.add(busy, of: calendar.id, asOf: asOf)
  }

  /// Joins reads under way and begins those that are missing, one for each account.
  private func ask(
    _ calendars: [Calendar], for request: BusyRequest, asOf: Timestamp, now: MonotonicInstant
  ) {
    var refused: [Calendar] = []
    var begun: [(id: Int, queue: DispatchQueue)] = []
    state.withLock { state in
      var missing: [ConnectionID: [Calendar]] = [:]
      for calendar in calendars where !state.reads.join(request, calendar) {
        if state.cache.isPaused(calendar.id, now: now) {
          refused.append(calendar)
        } else {
          missing[calendar.connection, default: []].append(calendar)
        }
      }
      for (connection, calendars) in missing {
        let read = BusyReads.Read(
          connection: connection, calendars: calendars, window: BusyWindow.around(request.during),
          except: request.except, asOf: asOf, askedAt: now,
          waiting: calendars.map { (request, $0.id) })
        if let started = state.reads.begin(read) {
          begun.append(started)
        } else {
          refused += calendars
        }
      }
    }
    for calendar in refused where !standIn(for: calendar.id, request) {
      // Left in peace since it failed: that failure goes on.
      if let error = state.withLock({ $0.cache.failure(of: calendar.id) }) {
        verdict(calendar, error)
      }
    }
    for read in begun { read.queue.async { [self] in perform(read.id) } }
  }

  /// On the account's queue.
  private func perform(_ id: Int) {
    guard let read = state.withLock({ $0.reads[id] }) else { return }
    var results: [CalendarID: Result<[BusyInterval], ProviderError>] = [:]
    var isLocal = false
    do throws(ProviderError) {
      let provider = try directory.provider(of: read.connection)
      isLocal = provider.isLocal
      results = try provider.busy(
        in: read.calendars, during: read.window, except: read.except)
    } catch {
      for calendar in read.calendars { results[calendar.id] = .failure(error) }
    }
    finish(id, results, isLocal: isLocal)
  }

  private func finish(
    _ id: Int, _ results: [CalendarID: Result<[BusyInterval], ProviderError>], isLocal: Bool
  ) {
    let now = time.monotonic()
    let wall = time.now()
    var readings: [CalendarID: BusyCache.Reading] = [:]
    var failures: [CalendarID: ProviderError] = [:]
    let ended = state.withLock { state -> BusyReads.Read? in
      guard let read = state.reads.end(id) else { return nil }
      for calendar in read.calendars.map(\.id) {
        switch results[calendar] ?? .failure(.unanswered) {
        case .success(let busy):
          let reading = BusyCache.Reading(
            window: read.window, except: read.except.key(in: calendar), busy: busy, asOf: read.asOf,
            askedAt: read.askedAt)
          readings[calendar] = reading
          if isLocal || read.outdated.contains(calendar) { continue }
          state.cache.store(reading, of: calendar)
        case .failure(let error):
          failures[calendar] = error
          state.cache.pause(
            calendar, after: error, until: now + pause(after: error, now: wall))
        }
      }
      return read
    }
    guard let ended else { return }
    var refused: Set<CalendarID> = []
    for (request, calendar) in ended.waiting {
      if let reading = readings[calendar] {
        request.supply(calendar, reading)
      } else if !standIn(for: calendar, request) {
        refused.insert(calendar)
      }
    }
    if isLocal { return }
    for calendar in ended.calendars {
      if readings[calendar.id] != nil {
        verdict(calendar, nil)
      } else if refused.contains(calendar.id) {
        verdict(calendar, failures[calendar.id] ?? .unanswered)
      }
    }
  }

  private func pause(after error: ProviderError, now: Timestamp) -> Duration {
    guard case .throttled(let until?) = error.kind else { return options.pauseAfterFailure }
    return max(until - now, options.pauseAfterFailure)
  }

  /// An earlier reading in place of the one that did not come; false where there is none that may be used.
  @discardableResult
  private func standIn(for calendar: CalendarID, _ request: BusyRequest) -> Bool {
    let now = time.monotonic()
    let reading = state.withLock {
      $0.cache.reading(
        of: calendar, covering: request.during, except: request.except.key(in: calendar),
        age: request.maximumAge, now: now, current: false)
    }
    guard let reading else {
      request.supplyUnreadable(calendar)
      return false
    }
    request.supply(calendar, reading, standsIn: true)
    return true
  }

  /// The machine's own timer.
  package static func timer() -> Alarm {
    let queue = DispatchQueue(label: "bookend.busy.deadlines")
    return { after, work in
      let milliseconds = Int(after.wholeMilliseconds)
      queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds), execute: work)
    }
  }
}

extension ProviderError {
  /// A provider that says nothing about a calendar has broken its contract; the calendar is not free.
  fileprivate static let unanswered = ProviderError(
    .transient, "the provider left the calendar out of its answer")
}
