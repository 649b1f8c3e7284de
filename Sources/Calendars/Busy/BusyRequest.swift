import Bookings
import Core
import Synchronization

/// One caller's question while parts of the answer are outstanding. It is answered once, when the last
/// part has come or has been stood in for.
final class BusyRequest: Sendable {
  let during: Interval
  /// A booking's event that does not count.
  let except: OwnEvent?

  private struct State {
    var outstanding: Set<CalendarID>
    var busy: [CalendarID: [BusyInterval]] = [:]
    var unreadable: Set<CalendarID> = []
    var asOf: Timestamp
  }

  private let state: Mutex<State>
  private let completion: @Sendable (BusyReading) -> Void

  init(
    _ calendars: Set<CalendarID>, during: Interval, except: OwnEvent?, now: Timestamp,
    completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    self.during = during
    self.except = except
    self.completion = completion
    state = Mutex(State(outstanding: calendars, asOf: now))
  }

  /// What is left out of that calendar.
  func except(in calendar: CalendarID) -> EventKey? {
    except.flatMap { $0.calendar == calendar ? $0.key : nil }
  }

  var outstanding: Set<CalendarID> { state.withLock { $0.outstanding } }

  func supply(_ calendar: CalendarID, _ reading: BusyCache.Reading) {
    supply(calendar, busy: reading.overlapping(during), asOf: reading.asOf)
  }

  func supply(_ calendar: CalendarID, busy: [BusyInterval], asOf: Timestamp) {
    settle(calendar) { state in
      state.busy[calendar] = busy
      state.asOf = min(state.asOf, asOf)
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
      return BusyReading(busy: state.busy, unreadable: state.unreadable, asOf: state.asOf)
    }
    if let reading { completion(reading) }
  }
}
