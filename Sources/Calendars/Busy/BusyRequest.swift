import Bookings
import Core
import Synchronization

/// One caller's question while parts of the answer are outstanding. It is answered once, when the last
/// part has come or has been stood in for.
final class BusyRequest: Sendable {
  let during: Interval
  /// A booking's event that does not count.
  let except: OwnEvent?
  /// Of a reading that may stand in for one that does not come.
  let maximumAge: Duration

  private struct State {
    var outstanding: Set<CalendarID>
    var found: BusyReading
  }

  private let state: Mutex<State>
  private let completion: @Sendable (BusyReading) -> Void

  /// - Parameter found: what is known already, of other calendars.
  init(
    _ calendars: Set<CalendarID>, during: Interval, except: OwnEvent?, maximumAge: Duration,
    found: BusyReading, completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    self.during = during
    self.except = except
    self.maximumAge = maximumAge
    self.completion = completion
    state = Mutex(State(outstanding: calendars, found: found))
  }

  var outstanding: Set<CalendarID> { state.withLock { $0.outstanding } }

  /// - Parameter standsIn: It is an earlier reading in place of one that did not come.
  func supply(_ calendar: CalendarID, _ reading: BusyCache.Reading, standsIn: Bool = false) {
    let busy = reading.overlapping(during)
    settle(calendar) {
      $0.add(busy, of: calendar, asOf: reading.asOf, standsIn: standsIn)
    }
  }

  func supplyUnreadable(_ calendar: CalendarID) {
    settle(calendar) { $0.addUnreadable(calendar) }
  }

  /// Takes the first word on a calendar and ignores later ones.
  private func settle(_ calendar: CalendarID, _ note: (inout BusyReading) -> Void) {
    let reading = state.withLock { state -> BusyReading? in
      guard state.outstanding.remove(calendar) != nil else { return nil }
      note(&state.found)
      return state.outstanding.isEmpty ? state.found : nil
    }
    if let reading { completion(reading) }
  }
}
