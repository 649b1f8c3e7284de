import Bookings
import Calendars
import Core
import Testing

/// The contract in CalendarProvider.swift, sentence by sentence, for every implementation.
struct ConformanceTests {
  static let kinds = ProviderUnderTest.Kind.allCases
  let first: Interval
  let second: Interval

  init() throws {
    first = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    second = try interval("2027-01-15T13:00:00Z", "2027-01-15T13:30:00Z")
  }

  @Test(arguments: kinds)
  func makesOneEventHoweverOftenCalled(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    let made = try test.provider.create(draft, in: test.calendar)
    #expect(!made.wasThere)
    for _ in 1...3 {
      let again = try test.provider.create(draft, in: test.calendar)
      #expect(again.wasThere == kind.tellsRepeats)
      #expect(again.remoteID == made.remoteID)
    }
    #expect(try test.count() == 1)
    #expect(try test.provider.isInPlace(draft.key, in: test.calendar))
    let stored = try #require(try test.provider.event(draft.key, in: test.calendar))
    // What guests see is told at once, and stays.
    #expect(stored.uid == made.uid ?? draft.uid)
    #expect((stored.uid == draft.uid) == kind.takesUIDs)
    #expect(!stored.uid.isEmpty)
    #expect(stored.reference.remoteID == made.remoteID)
    #expect(stored.interval == first)
    #expect(stored.sequence == 0)
    #expect(!stored.isCancelled)
  }

  @Test("an event that the owner has moved is adopted as it stands", arguments: kinds)
  func adopts(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    _ = try test.provider.create(draft, in: test.calendar)
    try test.drag(draft, second, 1)
    #expect(try test.provider.create(draft, in: test.calendar).wasThere)
    #expect(try test.provider.event(draft.key, in: test.calendar)?.interval == second)
    #expect(try test.count() == 1)
  }

  @Test(
    "after a deletion the key makes it anew or says that it is gone, each kind in its way",
    arguments: kinds)
  func afterADeletion(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    _ = try test.provider.create(draft, in: test.calendar)
    try test.delete(draft.key)
    #expect(try isGone(draft, test))
    if kind.remembersDeletions {
      #expect(
        failure { try test.provider.create(draft, in: test.calendar) }?.kind == .conflict(.gone))
      #expect(try test.count() == 0)
    } else {
      #expect(try !test.provider.create(draft, in: test.calendar).wasThere)
      #expect(try test.count() == 1)
    }
    let next = EventDraft.sample(generation: 2, at: first)
    #expect(try !test.provider.create(next, in: test.calendar).wasThere)
  }

  @Test(arguments: kinds)
  func generationsAndBookingsAreDifferentEvents(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    for draft in [
      EventDraft.sample(at: first), .sample(generation: 2, at: first), .sample("bkg_2", at: first),
    ] {
      #expect(try !test.provider.create(draft, in: test.calendar).wasThere)
    }
    #expect(try test.count() == 3)
  }

  @Test(
    "somebody else's event under the key is left alone", arguments: kinds.filter(\.hasPlaces))
  func occupied(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    try test.occupy(draft.key)
    #expect(
      failure { try test.provider.create(draft, in: test.calendar) }?.kind == .conflict(.occupied))
    #expect(
      failure { try test.provider.move(draft, in: test.calendar) }?.kind == .conflict(.occupied))
    #expect(try test.provider.event(draft.key, in: test.calendar) == nil)
    #expect(try !test.provider.isInPlace(draft.key, in: test.calendar))
    try test.provider.remove(draft, in: test.calendar)
    #expect(try test.count() == 1)
  }

  @Test(arguments: kinds)
  func readsNothingWhereNothingIs(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let key = EventDraft.sample(at: first).key
    #expect(try test.provider.event(key, in: test.calendar) == nil)
    #expect(try !test.provider.isInPlace(key, in: test.calendar))
  }

  @Test(arguments: kinds)
  func movesOnce(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    _ = try test.provider.create(.sample(at: first), in: test.calendar)
    let draft = EventDraft.sample(sequence: 1, at: second)
    #expect(try !test.provider.move(draft, in: test.calendar).wasThere)
    #expect(try test.provider.move(draft, in: test.calendar).wasThere)
    let stored = try #require(try test.provider.event(draft.key, in: test.calendar))
    #expect(stored.interval == second)
    #expect(stored.sequence == 1)
    #expect(try test.count() == 1)
  }

  @Test("a move follows an owner who has dragged the event", arguments: kinds)
  func movesWhatWasDragged(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    _ = try test.provider.create(draft, in: test.calendar)
    try test.drag(draft, try interval("2027-01-16T09:00:00Z", "2027-01-16T10:00:00Z"), 1)
    let moved = EventDraft.sample(sequence: 1, at: second)
    #expect(try !test.provider.move(moved, in: test.calendar).wasThere)
    #expect(try test.provider.event(draft.key, in: test.calendar)?.interval == second)
  }

  @Test(arguments: kinds)
  func aLaterChangeWins(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    _ = try test.provider.create(.sample(at: first), in: test.calendar)
    _ = try test.provider.move(.sample(sequence: 3, at: second), in: test.calendar)
    let late = EventDraft.sample(sequence: 2, at: first)
    #expect(failure { try test.provider.move(late, in: test.calendar) }?.kind == .conflict(.newer))
    #expect(try test.provider.event(late.key, in: test.calendar)?.interval == second)
  }

  @Test("what stands at its time with a higher sequence is where it should be", arguments: kinds)
  func higherSequenceAtTheTime(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    _ = try test.provider.create(draft, in: test.calendar)
    try test.drag(draft, second, 7)
    let moved = EventDraft.sample(sequence: 1, at: second)
    #expect(try test.provider.move(moved, in: test.calendar).wasThere)
  }

  @Test(arguments: kinds)
  func movingWhatIsGone(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    #expect(failure { try test.provider.move(draft, in: test.calendar) }?.kind == .conflict(.gone))
    #expect(try test.count() == 0)
  }

  @Test(arguments: kinds)
  func removesAndAgain(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    try test.provider.remove(draft, in: test.calendar)
    _ = try test.provider.create(draft, in: test.calendar)
    _ = try test.provider.create(.sample("bkg_2", at: second), in: test.calendar)
    for _ in 1...2 { try test.provider.remove(draft, in: test.calendar) }
    #expect(try isGone(draft, test))
    #expect(try test.count() == 1)
    #expect(
      failure { try test.provider.move(draft, in: test.calendar) }?.kind == .conflict(.gone))
  }

  @Test("who is invited can be read back", arguments: kinds.filter(\.keepsAttendees))
  func invites(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(at: first)
    _ = try test.provider.create(draft, in: test.calendar)
    let stored = try #require(try test.provider.event(draft.key, in: test.calendar))
    #expect(stored.invites("Sam@Guest.example"))
    #expect(!stored.invites("kim@guest.example"))
  }

  @Test(arguments: kinds)
  func tellsWhatIsBusy(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let window = try interval("2027-01-15T09:15:00Z", "2027-01-15T13:00:00Z")
    #expect(try busy(test, window) == [])
    let early = EventDraft.sample(at: first)
    let late = EventDraft.sample("bkg_2", at: second)
    let long = EventDraft.sample(
      "bkg_3", at: try interval("2027-01-15T08:00:00Z", "2027-01-15T18:00:00Z"))
    for draft in [early, late, long] {
      _ = try test.provider.create(draft, in: test.calendar)
    }
    // The one that begins as the window ends is not in it.
    #expect(try busy(test, window) == [window])
    let morning = try interval("2027-01-15T07:00:00Z", "2027-01-15T08:30:00Z")
    #expect(
      try busy(test, morning) == [try interval("2027-01-15T08:00:00Z", "2027-01-15T08:30:00Z")])
  }

  @Test(
    "S15: a booking's own event is left out by its key, what lies beneath it is not",
    arguments: kinds)
  func leavesOutItsOwn(_ kind: ProviderUnderTest.Kind) throws {
    let test = try ProviderUnderTest(kind)
    let draft = EventDraft.sample(
      at: try interval("2027-01-15T17:00:00Z", "2027-01-15T18:00:00Z"))
    let evening = try interval("2027-01-15T16:00:00Z", "2027-01-15T20:00:00Z")
    let own = OwnEvent(draft.key, in: test.calendar.id)
    _ = try test.provider.create(draft, in: test.calendar)
    #expect(try busy(test, evening) == [draft.interval])
    #expect(try busy(test, evening, except: own) == [])
    // A neighbour that touches it, which a provider may tell as one block with it.
    let neighbour = try interval("2027-01-15T18:00:00Z", "2027-01-15T19:00:00Z")
    try test.add(neighbour)
    #expect(
      try busy(test, evening) == [try interval("2027-01-15T17:00:00Z", "2027-01-15T19:00:00Z")])
    #expect(try busy(test, evening, except: own) == [neighbour])
    let beneath = try interval("2027-01-15T17:00:00Z", "2027-01-15T17:30:00Z")
    try test.add(beneath)
    #expect(try busy(test, evening, except: own) == [beneath, neighbour])
    // Another booking's event is nobody's own.
    let other = OwnEvent(EventDraft.sample("bkg_2", at: first).key, in: test.calendar.id)
    #expect(
      try busy(test, evening, except: other)
        == [try interval("2027-01-15T17:00:00Z", "2027-01-15T19:00:00Z")])
  }

  /// What is busy within the window, as one says it of a calendar rather than of events.
  private func busy(
    _ test: ProviderUnderTest, _ window: Interval, except own: OwnEvent? = nil
  ) throws -> [Interval] {
    let answer = try test.provider.busy(in: [test.calendar], during: window, except: own)
    #expect(answer.count == 1)
    let busy = try #require(try answer[test.calendar.id]?.get())
    #expect(busy.map(\.interval.start) == busy.map(\.interval.start).sorted())
    return IntervalSet(
      busy.map {
        Interval(
          start: max($0.interval.start, window.start), end: min($0.interval.end, window.end))
      }
    ).intervals
  }

  /// Not there, or kept as cancelled.
  private func isGone(_ draft: EventDraft, _ test: ProviderUnderTest) throws -> Bool {
    try test.provider.event(draft.key, in: test.calendar)?.isCancelled ?? true
  }
}
