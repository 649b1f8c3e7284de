import Bookings
import Core
import Synchronization

/// One caller's question while parts of the answer are outstanding. It is answered once, when the last
/// part has come or has been stood in for.
final class BusyRequest: Sendable {
  let during: Interval

  private struct State {
    var outstanding: Set<CalendarID>
    var busy: [CalendarID: [BusyInterval]] = [:]
    var unreadable: Set<CalendarID> = []
    var asOf: Timestamp
    var standsIn = false
  }

  private let state: Mutex<State>
  private let completion: @Sendable (BusyReading) -> Void

  init(
    _ calendars: Set<CalendarID>, during: Interval, now: Timestamp,
    completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    self.during = during
    self.completion = completion
    state = Mutex(State(outstanding: calendars, asOf: now))
  }

  var outstanding: Set<CalendarID> { state.withLock { $0.outstanding } }

  /// - Parameter standsIn: It is an earlier reading in place of one that did not come.
  func supply(_ calendar: CalendarID, _ reading: BusyCache.Reading, standsIn: Bool = false) {
    supply(
      calendar, busy: reading.overlapping(during), asOf: reading.asOf, standsIn: standsIn)
  }

  func supply(
    _ calendar: CalendarID, busy: [BusyInterval], asOf: Timestamp, standsIn: Bool = false
  ) {
    settle(calendar) { state in
      state.busy[calendar] = busy
      state.asOf = min(state.asOf, asOf)
      if standsIn { state.standsIn = true }
    }
  }

  func supplyUnreadable(_ calendar: CalendarID) {
    settle(calendar) { $0.unreadable.insert(calendar) }
  }

  /// Takes the first word on a calendar and ignores later ones.
  private func settle(_ calendar: CalendarID, _ note: (inout State) -> Void) {
    let reading = state.withLock { state -> BusyReading? in
      guard state.outstanding.remove(calendar) != nil else { return nil }
      note(&state)
      guard state.outstanding.isEmpty else { return nil }
      return BusyReading(
        busy: state.busy, unreadable: state.unreadable, asOf: state.asOf,
        standsIn: state.standsIn)
    }
    if let reading { completion(reading) }
  }
}
