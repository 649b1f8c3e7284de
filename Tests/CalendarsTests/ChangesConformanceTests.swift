import Bookings
import Calendars
import Core
import ProviderTestSupport
import Testing

/// What CalendarProvider.swift says of `changes` and `ownEvents`, for every provider whose calendars other
/// hands write to as well.
struct ChangesConformanceTests {
  static let kinds: [ProviderUnderTest.Kind] = [.caldav, .scheduling, .google, .outlook]
  let window: Interval
  let first: Interval
  let second: Interval
  let later: Interval
  let draft: EventDraft

  init() throws {
    window = try interval("2027-01-01T00:00:00Z", "2027-03-01T00:00:00Z")
    first = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    second = try interval("2027-01-15T13:00:00Z", "2027-01-15T13:30:00Z")
    later = try interval("2027-02-15T13:00:00Z", "2027-02-15T14:00:00Z")
    draft = .sample(at: first)
  }

  @Test("the first reading tells of everything in the window", arguments: kinds)
  func whole(_ kind: ProviderUnderTest.Kind) throws {
    let (test, hands) = try begin(kind)
    #expect(try changes(test).events == [])
    let ours = try test.provider.create(draft, in: test.calendar).remoteID
    let other = try hands.add(second)
    _ = try hands.add(try interval("2028-01-15T09:00:00Z", "2028-01-15T09:30:00Z"))
    _ = try hands.add(try interval("2026-01-15T09:00:00Z", "2026-01-15T09:30:00Z"))
    let whole = try changes(test)
    #expect(whole.isWhole)
    #expect(told(whole) == [ours: first, other: second])
    #expect(whole.events.count == 2)
    #expect(!"\(whole)".contains(StrangersHands.secret))
  }

  @Test("where nothing has changed nothing is told, for one call", arguments: kinds)
  func nothing(_ kind: ProviderUnderTest.Kind) throws {
    let (test, hands) = try begin(kind)
    _ = try hands.add(second)
    let whole = try changes(test)
    let before = try hands.calls()
    let none = try changes(test, whole.position)
    #expect(none.events == [] && !none.isWhole)
    #expect(try changes(test, none.position).events == [])
    if let before { #expect(try hands.calls() == before + 2) }
  }

  @Test("what another hand has done is told once", arguments: kinds)
  func another(_ kind: ProviderUnderTest.Kind) throws {
    let (test, hands) = try begin(kind)
    let ours = try test.provider.create(draft, in: test.calendar).remoteID
    _ = try hands.add(later)
    var position = try changes(test).position
    func next() throws -> [String: Interval?] {
      let changes = try changes(test, position)
      #expect(!changes.isWhole)
      #expect(Set(changes.events.map(\.remoteID)).count == changes.events.count)
      #expect(!"\(changes)".contains(StrangersHands.secret))
      position = changes.position
      return told(changes)
    }
    let other = try hands.add(second)
    #expect(try next() == [other: second])
    #expect(try next() == [:])
    let twoHours = Interval(start: second.start, duration: .hours(2))
    try hands.move(other, later)
    try hands.move(other, twoHours)
    try test.drag(draft, second, 1)
    #expect(try next() == [other: twoHours, ours: second])
    try hands.delete(other)
    #expect(try next() == [other: nil])
    try test.delete(draft.key)
    #expect(try next() == [ours: nil])
    #expect(try next() == [:])
  }

  @Test("our own changes are told like another's", arguments: kinds)
  func ours(_ kind: ProviderUnderTest.Kind) throws {
    let (test, _) = try begin(kind)
    let start = try changes(test).position
    let made = try test.provider.create(draft, in: test.calendar)
    let created = try changes(test, start)
    #expect(told(created) == [made.remoteID: first])
    let moved = try test.provider.move(.sample(sequence: 1, at: second), in: test.calendar)
    #expect(moved.remoteID == made.remoteID)
    let changed = try changes(test, created.position)
    #expect(told(changed) == [made.remoteID: second])
    try test.provider.remove(draft, in: test.calendar)
    #expect(told(try changes(test, changed.position)) == [made.remoteID: nil])
    // An old position may be asked from again.
    #expect(told(try changes(test, created.position)) == [made.remoteID: nil])
  }

  @Test("from a position that has expired everything is read", arguments: kinds)
  func expired(_ kind: ProviderUnderTest.Kind) throws {
    let (test, hands) = try begin(kind)
    let ours = try test.provider.create(draft, in: test.calendar).remoteID
    let other = try hands.add(second)
    let position = try changes(test).position
    try test.delete(draft.key)
    let whole = try changes(test, try hands.expired(position))
    #expect(whole.isWhole)
    #expect(told(whole)[other] == second)
    #expect((told(whole)[ours] ?? nil) == nil)
    let again = try changes(test, whole.position)
    #expect(again.events == [] && !again.isWhole)
    // What no provider ever gave is no position either.
    #expect(try changes(test, SyncPosition("nonsense")).isWhole)
  }

  @Test("an event that was moved out of the window is told of", arguments: kinds)
  func movedAway(_ kind: ProviderUnderTest.Kind) throws {
    let (test, _) = try begin(kind)
    let ours = try test.provider.create(draft, in: test.calendar).remoteID
    let position = try changes(test).position
    try test.drag(draft, try interval("2027-12-15T09:00:00Z", "2027-12-15T09:30:00Z"), 1)
    let moved = try changes(test, position)
    #expect(moved.events.map(\.remoteID) == [ours])
  }

  @Test("our own events are found by their mark", arguments: [.local] + kinds)
  func ownEvents(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    #expect(try test.provider.ownEvents(in: test.calendar, during: window) == [])
    try test.add(second)
    let made = try test.provider.create(draft, in: test.calendar)
    let other = EventDraft.sample("bkg_2", at: later)
    let remote = try test.provider.create(other, in: test.calendar).remoteID
    let gone = EventDraft.sample("bkg_3", at: second)
    _ = try test.provider.create(gone, in: test.calendar)
    try test.delete(gone.key)
    let far = EventDraft.sample(
      "bkg_4", at: try interval("2028-01-15T09:00:00Z", "2028-01-15T09:30:00Z"))
    _ = try test.provider.create(far, in: test.calendar)
    let found = try test.provider.ownEvents(in: test.calendar, during: window)
    #expect(
      found.sorted { $0.interval.start < $1.interval.start } == [
        MarkedEvent(remoteID: made.remoteID, key: draft.key.text, interval: first),
        MarkedEvent(remoteID: remote, key: other.key.text, interval: later),
      ])
    try test.drag(other, second, 1)
    let moved = try test.provider.ownEvents(in: test.calendar, during: window)
    #expect(moved.first { $0.key == other.key.text }?.interval == second)
  }

  @Test("a copy is removed by its mark, and what does not bear it stays", arguments: kinds)
  func removesCopies(_ kind: ProviderUnderTest.Kind) throws {
    let (test, hands) = try begin(kind)
    let stranger = try hands.add(second)
    let ours = try test.provider.create(draft, in: test.calendar).remoteID
    let other = EventDraft.sample("bkg_2", at: later).key.text
    for (remoteID, key) in [(stranger, draft.key.text), (ours, other)] {
      try test.provider.removeCopy(
        MarkedEvent(remoteID: remoteID, key: key, interval: first), in: test.calendar)
    }
    #expect(Set(told(try changes(test)).keys) == [stranger, ours])

    let copy = MarkedEvent(remoteID: ours, key: draft.key.text, interval: first)
    for _ in 1...2 { try test.provider.removeCopy(copy, in: test.calendar) }
    #expect(Set(told(try changes(test)).keys) == [stranger])
  }

  @Test func nobodyElseWritesToTheBuiltInCalendar() throws {
    let test = try ProviderUnderTest(.local)
    #expect(try test.provider.changes(on: test.calendar, since: nil, during: window) == nil)
  }

  private func begin(
    _ kind: ProviderUnderTest.Kind
  ) throws -> (ProviderUnderTest, StrangersHands) {
    let test = try ProviderUnderTest(kind)
    return (test, try #require(test.hands))
  }

  private func changes(
    _ test: ProviderUnderTest, _ position: SyncPosition? = nil
  ) throws -> CalendarChanges {
    try #require(try test.provider.changes(on: test.calendar, since: position, during: window))
  }

  private func told(_ changes: CalendarChanges) -> [String: Interval?] {
    Dictionary(uniqueKeysWithValues: changes.events.map { ($0.remoteID, $0.interval) })
  }
}
