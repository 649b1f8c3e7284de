import Bookings
import Core
import Dispatch
import Intake
import Synchronization

/// Busy time as a test tells it, with bookings' own events known by their booking.
package final class ScriptedBusyTimes: BusyTimes {
  private struct Event {
    let calendar: CalendarID
    let interval: Interval
    let booking: BookingID?
  }

  private struct State {
    var events: [Event] = []
    var unreadable: Set<CalendarID> = []
    var beforeAnswers: [@Sendable () throws -> Void] = []
    var heldUntil = 0
    var held: [@Sendable () -> Void] = []
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "busy times")

  package init() {}

  package func add(_ interval: Interval, on calendar: Calendar, of booking: BookingID? = nil) {
    let event = Event(calendar: calendar.id, interval: interval, booking: booking)
    state.withLock { $0.events.append(event) }
  }

  /// The booking's event is gone from its calendar, or about to be added elsewhere.
  package func removeEvent(of booking: BookingID) {
    state.withLock { $0.events.removeAll { $0.booking == booking } }
  }

  package func setUnreadable(_ calendars: Set<CalendarID>) {
    state.withLock { $0.unreadable = calendars }
  }

  /// Runs `body` between the next question and its answer: what may happen while a provider is asked.
  /// Called several times, it is a list for as many questions.
  package func beforeAnswering(_ body: @escaping @Sendable () throws -> Void) {
    state.withLock { $0.beforeAnswers.append(body) }
  }

  /// Answers nobody before `count` have asked.
  package func hold(until count: Int) { state.withLock { $0.heldUntil = count } }

  /// What a body of `beforeAnswering` threw, so that the test can tell.
  package func rethrow() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  package func read(
    _ calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?,
    maximumAge: Duration?, completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    let before = state.withLock { state in
      state.beforeAnswers.isEmpty ? nil : state.beforeAnswers.removeFirst()
    }
    let answer: @Sendable () -> Void = { [self] in
      completion(reading(calendars, interval, excluding: booking))
    }
    if let before {
      // As a provider's answer comes: later, and on another thread than the caller's.
      return queue.async { [self] in
        do { try before() } catch { state.withLock { $0.failure = error } }
        answer()
      }
    }
    let due = state.withLock { state -> [@Sendable () -> Void] in
      if state.heldUntil == 0 { return [answer] }
      state.held.append(answer)
      guard state.held.count == state.heldUntil else { return [] }
      defer { (state.held, state.heldUntil) = ([], 0) }
      return state.held
    }
    due.forEach { $0() }
  }

  private func reading(
    _ calendars: [CalendarID], _ interval: Interval, excluding booking: BookingID?
  ) -> BusyReading {
    state.withLock { state in
      var busy: [CalendarID: [BusyInterval]] = [:]
      for calendar in calendars where !state.unreadable.contains(calendar) {
        busy[calendar] =
          state.events.filter {
            $0.calendar == calendar && $0.interval.overlaps(interval)
              && (booking == nil || $0.booking != booking)
          }.map { BusyInterval(interval: $0.interval, uid: nil) }
      }
      return BusyReading(
        busy: busy, unreadable: state.unreadable.intersection(calendars),
        asOf: Timestamp(seconds: 0))
    }
  }
}
