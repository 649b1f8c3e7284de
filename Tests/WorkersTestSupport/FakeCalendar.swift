import Bookings
import Calendars
import Core
import ProviderTestSupport
import Synchronization

/// A provider as its contract says, in memory, with faults by script. It outlives the process that asks it,
/// as a real one does.
package final class FakeCalendar: PlainProvider {
  package enum Call: Hashable, Sendable { case busy, event, create, move, remove, changes }

  package enum Fault: Sendable {
    /// Nothing has changed.
    case refuse(ProviderError.Kind)
    /// It was done, and nobody heard of it.
    case loseAnswer
    /// This happens elsewhere before the call takes effect.
    case meanwhile(@Sendable () throws -> Void)
    /// This happens elsewhere after the call has taken effect, before its answer comes.
    case afterwards(@Sendable () throws -> Void)
  }

  package struct Event: Equatable, Sendable {
    package let uid: String
    package var interval: Interval
    package var sequence: Int
    package var isCancelled = false
  }

  struct State {
    private(set) var events: [String: Event] = [:]
    /// The names of changed events, in order, since the positions that are still known.
    var changes: [String] = []
    /// Raised when positions of before are no longer known.
    var epoch = 0
    /// Events that the next list of changes calls gone though they are not.
    var phantoms: Set<String> = []
    var conference = Conference.none
    var calendars: Set<String> = []
    /// Events with our mark that we have not written.
    var copies: [MarkedEvent] = []
    /// Events of ours that the list of marked ones leaves out though they are there.
    var unlisted: Set<String> = []
    var foreign: [CalendarID: [Interval]] = [:]
    var silent: Set<CalendarID> = []
    var faults: [Call: [Fault]] = [:]
    var outage: ProviderError.Kind?
    var effects: [Call] = []
    var failure: (any Error)?
    var schedules = false
    var guests: [StoredGuest] = []
    /// Where the calendar gives events UIDs of its own.
    var uidDomain: String?

    mutating func put(_ event: Event?, _ key: String) {
      if events[key] == event { return }
      events[key] = event
      changes.append(key)
    }
  }

  package let invitesGuests: Bool
  package let isLocal = false
  let state = Mutex(State())

  package init(invitesGuests: Bool = false) { self.invitesGuests = invitesGuests }

  // MARK: - What a test sees and does

  /// From now on events get UIDs of the calendar's own.
  package func nameEvents(under domain: String?) { state.withLock { $0.uidDomain = domain } }

  package var events: [Event] { state.withLock { Array($0.events.values) } }
  /// The changes that took effect, in order.
  package var effects: [Call] { state.withLock { $0.effects } }

  /// Scripts the next call of its kind; several are a list.
  package func fail(_ call: Call, _ fault: Fault, times: Int = 1) {
    state.withLock { $0.faults[call, default: []] += Array(repeating: fault, count: times) }
  }

  package func forgetFaults() { state.withLock { $0.faults = [:] } }

  /// Every call fails, until it is nil again.
  package func setOutage(_ kind: ProviderError.Kind?) { state.withLock { $0.outage = kind } }

  /// Somebody else's event.
  package func add(_ interval: Interval, on calendar: Calendar) {
    state.withLock { state in
      state.foreign[calendar.id, default: []].append(interval)
      state.changes.append("foreign-\(state.changes.count)")
    }
  }

  /// From now on it says nothing of this calendar, neither an answer nor an error.
  package func silence(_ calendar: Calendar) {
    state.withLock { _ = $0.silent.insert(calendar.id) }
  }

  /// The owner changes our events by hand.
  package func changeEvents(_ change: (inout Event) -> Void) {
    state.withLock { state in
      for key in state.events.keys {
        if var event = state.events[key] {
          change(&event)
          state.put(event, key)
        }
      }
    }
  }

  package func removeEvents() {
    state.withLock { state in
      for key in state.events.keys { state.put(nil, key) }
    }
  }

  /// What a `meanwhile` threw, so that the test can tell.
  package func rethrow() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Like a server that schedules: the event tells what was done about its guests.
  package func schedule(_ guests: StoredGuest...) {
    state.withLock { state in
      state.schedules = true
      state.guests = guests
    }
  }

  // MARK: - The contract

  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    invitesGuests || state.withLock { $0.schedules }
  }

  /// Those that it was asked to write to.
  package func calendars() throws(ProviderError) -> [RemoteCalendar] {
    state.withLock(\.calendars).map {
      RemoteCalendar(remoteID: $0, name: $0, timeZone: "UTC", isWritable: true)
    }
  }

  package func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    try answering(.busy) { state throws(ProviderError) in
      var answers: [CalendarID: Result<[BusyInterval], ProviderError>] = [:]
      for calendar in calendars where !state.silent.contains(calendar.id) {
        let foreign = (state.foreign[calendar.id] ?? []).map {
          BusyInterval(interval: $0, uid: nil)
        }
        let ours = state.events.values
          .filter { event in !event.isCancelled && own?.key.names(event.uid) != true }
          .map { BusyInterval(interval: $0.interval, uid: $0.uid) }
        answers[calendar.id] = .success(
          (foreign + ours).filter { $0.interval.overlaps(window) })
      }
      return answers
    }
  }

  package func create(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try answering(.create) { state throws(ProviderError) in
      state.calendars.insert(calendar.remoteID)
      if let there = state.events[draft.key.text] {
        if there.isCancelled { throw ProviderError(.conflict(.gone), "it was cancelled") }
        return EventReference(remoteID: draft.key.text, etag: nil, wasThere: true)
      }
      let ownUID = state.uidDomain.map { "\(draft.key)@\($0)" }
      state.put(
        Event(uid: ownUID ?? draft.uid, interval: draft.interval, sequence: draft.sequence),
        draft.key.text)
      state.effects.append(.create)
      return EventReference(
        remoteID: draft.key.text, etag: nil, wasThere: false, uid: ownUID,
        conference: state.conference)
    }
  }

  package func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent? {
    try answering(.event) { state throws(ProviderError) in
      state.events[key.text].map {
        StoredEvent(
          reference: EventReference(
            remoteID: key.text, etag: nil, wasThere: true, conference: state.conference),
          uid: $0.uid,
          interval: $0.interval, sequence: $0.sequence, isCancelled: $0.isCancelled,
          guests: state.guests)
      }
    }
  }

  package func move(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError)
    -> EventReference
  {
    try answering(.move) { state throws(ProviderError) in
      guard var event = state.events[draft.key.text], !event.isCancelled else {
        throw ProviderError(.conflict(.gone), "there is no such event")
      }
      if event.interval == draft.interval && event.sequence >= draft.sequence {
        return EventReference(remoteID: draft.key.text, etag: nil, wasThere: true)
      }
      if event.sequence > draft.sequence {
        throw ProviderError(.conflict(.newer), "it was changed later")
      }
      event.interval = draft.interval
      event.sequence = draft.sequence
      state.put(event, draft.key.text)
      state.effects.append(.move)
      return EventReference(remoteID: draft.key.text, etag: nil, wasThere: false)
    }
  }

  package func remove(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError) {
    try answering(.remove) { state throws(ProviderError) in
      if state.events[draft.key.text] != nil { state.effects.append(.remove) }
      state.put(nil, draft.key.text)
    }
  }

  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    try answering(.changes) { state throws(ProviderError) in
      let next = SyncPosition("\(state.epoch) \(state.changes.count)")
      let parts = (position?.text ?? "").split(separator: " ").compactMap { Int($0) }
      let isWhole = parts.count != 2 || parts[0] != state.epoch
      let keys = isWhole ? Array(state.events.keys) : Array(state.changes.dropFirst(parts[1]))
      var events = Set(keys).sorted().map { key in
        let event = state.events[key].flatMap { $0.isCancelled ? nil : $0 }
        return ChangedEvent(remoteID: key, interval: event?.interval)
      }
      for phantom in state.phantoms {
        events.removeAll { $0.remoteID == phantom }
        if !isWhole { events.append(ChangedEvent(remoteID: phantom, interval: nil)) }
      }
      state.phantoms = []
      return CalendarChanges(events: events, position: next, isWhole: isWhole)
    }
  }

  func answering<Value: Sendable>(
    _ call: Call, _ effect: (inout State) throws(ProviderError) -> Value
  ) throws(ProviderError) -> Value {
    let (fault, outage) = state.withLock { state -> (Fault?, ProviderError.Kind?) in
      guard state.faults[call]?.isEmpty == false else { return (nil, state.outage) }
      return (state.faults[call]?.removeFirst(), state.outage)
    }
    if let outage { throw ProviderError(outage, "outage") }
    if case .refuse(let kind) = fault { throw ProviderError(kind, "refused by script") }
    if case .meanwhile(let body) = fault { happen(body) }
    let answer: Result<Value, ProviderError> = state.withLock { state in
      do throws(ProviderError) { return .success(try effect(&state)) } catch {
        return .failure(error)
      }
    }
    if case .afterwards(let body) = fault { happen(body) }
    if case .loseAnswer = fault { throw ProviderError(.unknownOutcome, "the answer was lost") }
    return try answer.get()
  }

  private func happen(_ body: () throws -> Void) {
    do { try body() } catch { state.withLock { $0.failure = error } }
  }
}
