import Bookings
import Core
import ProviderTestSupport
import Synchronization
import Testing

@testable import Calendars

@Suite struct WatchedProviderTests {
  private let told = Told()

  private final class Told: Sendable {
    let news = Mutex<[AccountNews]>([])
  }

  private final class Scripted: PlainProvider {
    let error = Mutex<ProviderError?>(nil)
    let invitesGuests = false
    let isLocal = false

    func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool { try answer(true) }
    func isInPlace(
      _ key: EventKey, in calendar: Calendar
    ) throws(ProviderError) -> Bool { try answer(true) }

    private func answer<Value>(_ value: Value) throws(ProviderError) -> Value {
      if let error = error.withLock({ $0 }) { throw error }
      return value
    }

    func calendars() throws(ProviderError) -> [RemoteCalendar] { try answer([]) }
    func busy(
      in calendars: [Calendar], during window: Interval, except own: OwnEvent?
    ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
      try answer([:])
    }
    func create(
      _ event: EventDraft, in calendar: Calendar
    ) throws(ProviderError) -> EventReference {
      try answer(EventReference(remoteID: "", etag: nil, wasThere: false))
    }
    func event(
      _ key: EventKey, in calendar: Calendar
    ) throws(ProviderError) -> StoredEvent? { try answer(nil) }
    func move(
      _ event: EventDraft, in calendar: Calendar
    ) throws(ProviderError) -> EventReference {
      try answer(EventReference(remoteID: "", etag: nil, wasThere: false))
    }
    func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) { try answer(()) }
  }

  @Test func tellsOnceWhenItHasRecovered() throws {
    let scripted = Scripted()
    let watched = WatchedProvider(scripted, isWell: true, isOneGrant: false) { [told] news in
      told.news.withLock { $0.append(news) }
    }
    _ = try watched.calendars()
    #expect(told.news.withLock { $0.isEmpty })

    for other in [
      ProviderError(.needsOwner, "one calendar may not be written"), ProviderError(.transient, "x"),
    ] {
      scripted.error.withLock { $0 = other }
      #expect(throws: other) { try watched.calendars() }
    }
    #expect(told.news.withLock { $0.isEmpty })

    scripted.error.withLock { $0 = .unauthorized }
    for _ in 0..<2 { #expect(throws: ProviderError.unauthorized) { try watched.calendars() } }
    #expect(told.news.withLock { $0 } == [.refuses(.unauthorized)])
    scripted.error.withLock { $0 = nil }
    _ = try watched.calendars()
    _ = try watched.calendars()
    #expect(told.news.withLock { $0 } == [.refuses(.unauthorized), .answers])
  }

  /// A server that invites by itself was once taken for one that does not, and guests got two invitations.
  @Test func whatTheProviderKnowsOfOneCalendarIsPassedOn() throws {
    let watched = WatchedProvider(Scripted(), isWell: true, isOneGrant: false) { _ in }
    let draft = EventDraft.sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
    #expect(try watched.invitesGuests(of: .sample()))
    #expect(try watched.isInPlace(draft.key, in: .sample()))
  }

  @Test func aRightThatIsMissingFromAGrantIsTheAccountsTrouble() throws {
    let scripted = Scripted()
    let missing = ProviderError(.needsOwner, "a scope is missing")
    scripted.error.withLock { $0 = missing }
    let watched = WatchedProvider(scripted, isWell: true, isOneGrant: true) { [told] news in
      told.news.withLock { $0.append(news) }
    }
    #expect(throws: missing) { try watched.calendars() }
    #expect(told.news.withLock { $0 } == [.refuses(missing)])
  }

  @Test func anAccountThatWasInTroubleTellsAtItsFirstAnswer() throws {
    let watched = WatchedProvider(Scripted(), isWell: false, isOneGrant: false) { [told] news in
      told.news.withLock { $0.append(news) }
    }
    _ = try watched.calendars()
    #expect(told.news.withLock { $0 } == [.answers])
  }

  @Test("a right that is missing on one calendar is that calendar's trouble, and a write ends it")
  func calendarsOfTheirOwn() throws {
    let scripted = Scripted()
    let watched = WatchedProvider(scripted, isWell: true, isOneGrant: false) { [told] news in
      told.news.withLock { $0.append(news) }
    }
    let missing = ProviderError(.needsOwner, "it may not be written")
    scripted.error.withLock { $0 = missing }
    let draft = EventDraft.sample(
      at: try interval("2026-03-10T17:00:00Z", "2026-03-10T17:30:00Z"))
    let calendar = Calendar.sample()
    #expect(throws: missing) { try watched.create(draft, in: calendar) }
    #expect(throws: missing) { try watched.event(draft.key, in: calendar) }
    scripted.error.withLock { $0 = ProviderError(.transient, "x") }
    #expect(throws: (any Error).self) { try watched.create(draft, in: calendar) }
    scripted.error.withLock { $0 = nil }
    _ = try watched.create(draft, in: calendar)
    #expect(
      told.news.withLock { $0 } == [
        .refusesCalendar(calendar, .writing, missing),
        .refusesCalendar(calendar, .reading, missing),
        .worked(calendar, .writing),
      ])
  }
}
