import Bookings
import Calendars
import Core
import ProviderTestSupport
import Synchronization

/// A provider as its contract says, in memory, with faults by script. It outlives the process that asks it,
/// as a real one does.
package final class FakeCalendar: PlainProvider {
  package enum Call: Hashable, Sendable { case busy, event, create, move, remove }

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

  private struct State {
    var events: [String: Event] = [:]
    var foreign: [CalendarID: [Interval]] = [:]
    var silent: Set<CalendarID> = []
    var faults: [Call: [Fault]] = [:]
    var outage: ProviderError.Kind?
    var effects: [Call] = []
    var failure: (any Error)?
    var schedules = false
    var guests: [StoredGuest] = []
  }

  package let invitesGuests: Bool
  package let isLocal = false
  private let state = Mutex(State())

  package init(invitesGuests: Bool = false) { self.invitesGuests = invitesGuests }

  // MARK: - What a test sees and does

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
    state.withLock { $0.foreign[calendar.id, default: []].append(interval) }
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
          state.events[key] = event
        }
      }
    }
  }

  package func removeEvents() { state.withLock { $0.events = [:] } }

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

  package func calendars() throws(ProviderError) -> [RemoteCalendar] { [] }

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
      if let there = state.events[draft.key.text] {
        if there.isCancelled { throw ProviderError(.conflict(.gone), "it was cancelled") }
        return EventReference(remoteID: draft.key.text, etag: nil, wasThere: true)
      }
      state.events[draft.key.text] = Event(
        uid: draft.uid, interval: draft.interval, sequence: draft.sequence)
      state.effects.append(.create)
      return EventReference(remoteID: draft.key.text, etag: nil, wasThere: false)
    }
  }

  package func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent? {
    try answering(.event) { state throws(ProviderError) in
      state.events[key.text].map {
        StoredEvent(
          reference: EventReference(remoteID: key.text, etag: nil, wasThere: true), uid: $0.uid,
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
      state.events[draft.key.text] = event
      state.effects.append(.move)
      return EventReference(remoteID: draft.key.text, etag: nil, wasThere: false)
    }
  }

  package func remove(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError) {
    try answering(.remove) { state throws(ProviderError) in
      if state.events.removeValue(forKey: draft.key.text) != nil { state.effects.append(.remove) }
    }
  }

  private func answering<Value: Sendable>(
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
