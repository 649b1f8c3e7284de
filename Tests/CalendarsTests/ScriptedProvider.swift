import Bookings
import Calendars
import Core
import Dispatch
import ProviderTestSupport
import Synchronization

/// A provider whose answers a test gives when it likes.
final class ScriptedProvider: PlainProvider {
  typealias Answer = Result<[BusyInterval], ProviderError>

  let invitesGuests = false
  let isLocal: Bool

  private struct State {
    var windows: [Interval] = []
    var calendars: [[CalendarID]] = []
    var exceptions: [OwnEvent?] = []
    var answers: [CalendarID: Answer] = [:]
    var isHeld = false
  }

  private let state = Mutex(State())
  private let asked = DispatchSemaphore(value: 0)
  private let released = DispatchSemaphore(value: 0)

  init(isLocal: Bool = false) { self.isLocal = isLocal }

  /// The windows asked about so far.
  var windows: [Interval] { state.withLock { $0.windows } }
  var calendarsAsked: [[CalendarID]] { state.withLock { $0.calendars } }
  var exceptions: [OwnEvent?] { state.withLock { $0.exceptions } }

  func answer(_ answer: Answer, for calendar: Calendar) {
    state.withLock { $0.answers[calendar.id] = answer }
  }

  /// From now on a question is answered only when `release` is called, with what is true when it is asked.
  func hold() {
    state.withLock { $0.isHeld = true }
    // Questions that were answered long ago are nothing to wait for.
    while asked.wait(timeout: .now()) == .success {}
  }

  func release() { released.signal() }

  /// Returns when one more question has arrived; false if none does.
  func waitUntilAsked() -> Bool { asked.wait(timeout: .now() + 10) == .success }

  func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    let (answers, isHeld) = state.withLock { state in
      state.windows.append(window)
      state.calendars.append(calendars.map(\.id))
      state.exceptions.append(own)
      return (state.answers, state.isHeld)
    }
    asked.signal()
    if isHeld { released.wait() }
    return answers.filter { answer in calendars.contains { $0.id == answer.key } }
  }

  func calendars() throws(ProviderError) -> [RemoteCalendar] { [] }

  func create(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference { throw ScriptedProvider.notScripted }

  func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent? {
    throw ScriptedProvider.notScripted
  }

  func move(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference { throw ScriptedProvider.notScripted }

  func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) {
    throw ScriptedProvider.notScripted
  }

  private static let notScripted = ProviderError(.permanent, "not scripted")
}
