import Bookings
import Calendars
import Core
import Dispatch
import Synchronization
import Testing

struct BusyReaderTests {
  let work = Calendar.sample("work", connection: "one")
  let home = Calendar.sample("home", connection: "one")
  let other = Calendar.sample("other", connection: "two")
  let slot: Interval
  let meeting: BusyInterval
  let elsewhen: BusyInterval

  init() throws {
    slot = try interval("2026-06-10T09:00:00Z", "2026-06-10T10:00:00Z")
    meeting = BusyInterval(
      interval: try interval("2026-06-10T09:30:00Z", "2026-06-10T11:00:00Z"), uid: "a")
    elsewhen = BusyInterval(
      interval: try interval("2026-06-12T09:30:00Z", "2026-06-12T11:00:00Z"), uid: "b")
  }

  @Test("a page and the check of its slot cost one question, and the second answer comes at once")
  func answersFromTheCache() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting, elsewhen]), for: work)
    let page = Interval(start: slot.start, duration: .days(30))
    let first = try #require(world.read([work], page))
    #expect(first.busy == [work.id: [meeting, elsewhen]])
    #expect(first.unreadable.isEmpty)
    #expect(first.asOf == world.time.now())

    world.time.advance(.seconds(29))
    let second = try #require(world.readAtOnce([work], slot))
    #expect(second.busy == [work.id: [meeting]])
    #expect(second.asOf == first.asOf)
    #expect(world.one.windows.count == 1)
    #expect(world.one.windows[0].contains(page))
  }

  @Test func asksAgainWhenTheReadingIsOld() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    _ = world.read([work], slot)
    world.one.answer(.success([meeting]), for: work)
    world.time.advance(.seconds(31))
    #expect(world.read([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test("whoever asks has a limit of their own, though what was read is shared")
  func limitsOfTheirOwn() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    let first = try #require(world.read([work], slot))
    world.one.answer(.failure(ProviderError(.transient, "503")), for: work)
    world.time.advance(.minutes(20))
    let patient = try #require(world.read([work], slot, maximumAge: .hours(1)))
    #expect(patient.busy == [work.id: [meeting]])
    #expect(patient.standsIn && patient.asOf == first.asOf)
    #expect(world.read([work], slot, maximumAge: .minutes(19))?.unreadable == [work.id])
    #expect(world.read([work], slot)?.unreadable == [work.id], "the options say ten minutes")
  }

  @Test("who does not answer by the deadline is read as long ago as each asker allows")
  func limitsAtTheDeadline() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    _ = world.read([work], slot)
    world.time.advance(.minutes(2))
    world.one.hold()
    let strict = world.begin(1, [work], slot, maximumAge: .seconds(60))
    let usual = world.begin(1, [work], slot)
    #expect(world.one.waitUntilAsked())
    world.ringAlarms()
    #expect(strict.next()?.unreadable == [work.id])
    #expect(usual.next()?.standsIn == true)
    #expect(world.one.windows.count == 2, "they wait for the same answer")
    world.one.release()
  }

  @Test func aLimitBelowTheCachesAsksAgain() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    _ = world.read([work], slot)
    world.one.answer(.success([meeting]), for: work)
    world.time.advance(.seconds(10))
    #expect(world.read([work], slot)?.busy == [work.id: []])
    #expect(world.read([work], slot, maximumAge: .seconds(9))?.busy == [work.id: [meeting]])
    // And what it read serves everybody.
    #expect(world.readAtOnce([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test func asksAgainOutsideOfWhatWasRead() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    _ = world.read([work], slot)
    _ = world.read([work], Interval(start: slot.start + .days(60), duration: .hours(1)))
    #expect(world.one.windows.count == 2)
  }

  @Test("a calendar without a booking's own event is another one than with it")
  func exceptions() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    world.one.answer(.success([elsewhen]), for: home)
    _ = world.read([work, home], slot)
    let own = OwnEvent(EventKey(booking: BookingID("bkg_1"), generation: 0), in: work.id)
    world.one.answer(.success([]), for: work)
    // The other calendar was read a moment ago and serves again.
    #expect(world.read([work, home], slot, except: own)?.busy == [work.id: [], home.id: []])
    #expect(world.one.calendarsAsked.map(Set.init) == [[work.id, home.id], [work.id]])
    #expect(world.one.exceptions == [nil, own])
    // Both answers are kept, each for its question.
    #expect(world.read([work], slot)?.busy == [work.id: [meeting]])
    #expect(world.read([work], slot, except: own)?.busy == [work.id: []])
    let other = OwnEvent(EventKey(booking: BookingID("bkg_2"), generation: 0), in: work.id)
    _ = world.read([work], slot, except: other)
    #expect(world.one.exceptions == [nil, own, other])
  }

  @Test("questions join only a read that leaves out the same event")
  func joinsWithTheSameException() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    world.one.hold()
    let own = OwnEvent(EventKey(booking: BookingID("bkg_1"), generation: 0), in: work.id)
    let all = world.begin(1, [work], slot)
    #expect(world.one.waitUntilAsked())
    let without = world.begin(2, [work], slot, except: own)
    world.one.release()
    #expect(all.next()?.busy == [work.id: [meeting]])
    #expect(world.one.waitUntilAsked())
    world.one.answer(.success([]), for: work)
    world.one.release()
    for _ in 1...2 { #expect(without.next()?.unreadable == []) }
    #expect(world.one.exceptions == [nil, own])
  }

  @Test("many who ask at once are one question")
  func joins() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    world.one.hold()
    let answers = world.begin(20, [work], slot)
    #expect(world.one.waitUntilAsked())
    world.one.release()
    for _ in 1...20 { #expect(answers.next()?.busy == [work.id: [meeting]]) }
    #expect(world.one.windows.count == 1)
  }

  @Test("calendars of one account are asked about together, accounts apart")
  func groups() throws {
    let world = BusyWorld()
    for calendar in [work, home] { world.one.answer(.success([]), for: calendar) }
    world.two.answer(.success([meeting]), for: other)
    let reading = try #require(world.read([work, home, other], slot))
    #expect(reading.busy == [work.id: [], home.id: [], other.id: [meeting]])
    #expect(world.one.calendarsAsked == [[work.id, home.id]])
    #expect(world.two.calendarsAsked == [[other.id]])
  }

  @Test("S9 one calendar of two that cannot be read is unreadable, not free")
  func oneUnreadable() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    world.one.answer(.failure(ProviderError(.transient, "503")), for: home)
    let reading = try #require(world.read([work, home], slot))
    #expect(reading.busy == [work.id: [meeting]])
    #expect(reading.unreadable == [home.id])
  }

  @Test func aCalendarLeftOutOfTheAnswerIsUnreadable() throws {
    let world = BusyWorld()
    #expect(world.read([work], slot)?.unreadable == [work.id])
  }

  @Test func anAccountThatCannotBeFoundIsUnreadable() throws {
    let world = BusyWorld()
    let stranger = Calendar.sample("x", connection: "nobody")
    #expect(world.read([stranger], slot)?.unreadable == [stranger.id])
  }

  @Test("a failure is stood in for by an earlier reading that is not too old, and says so")
  func standsIn() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    let first = try #require(world.read([work], slot))
    world.one.answer(.failure(ProviderError(.transient, "503")), for: work)
    world.time.advance(.minutes(9))
    let second = try #require(world.read([work], slot))
    #expect(second.busy == [work.id: [meeting]])
    #expect(second.asOf == first.asOf)
    world.time.advance(.minutes(2))
    #expect(world.read([work], slot)?.unreadable == [work.id])
  }

  @Test("at the deadline an earlier reading is used, or the calendar is unreadable")
  func deadline() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    world.one.answer(.success([]), for: home)
    let first = try #require(world.read([work], slot))
    world.time.advance(.minutes(5))
    world.one.hold()
    let answers = world.begin(1, [work, home], slot)
    #expect(world.one.waitUntilAsked())
    world.ringAlarms()
    let reading = try #require(answers.next())
    #expect(reading.busy == [work.id: [meeting]])
    #expect(reading.unreadable == [home.id])
    #expect(reading.asOf == first.asOf)
    // What comes too late for this one serves the next.
    let next = world.begin(1, [work, home], slot)
    world.one.release()
    #expect(next.next()?.busy == [work.id: [meeting], home.id: []])
    #expect(world.one.windows.count == 2)
  }

  @Test("after a write nothing read before it is fresh, nor anything whose reading had begun")
  func invalidation() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    _ = world.read([work], slot)
    world.reader.invalidate(work.id)
    _ = world.read([work], slot)
    #expect(world.one.windows.count == 2)

    world.reader.invalidate(work.id)
    world.one.hold()
    let before = world.begin(1, [work], slot)
    #expect(world.one.waitUntilAsked())
    world.one.answer(.success([meeting]), for: work)
    world.reader.invalidate(work.id)
    // One that asks now must not wait for the answer from before the write.
    let after = world.begin(1, [work], slot)
    world.one.release()
    #expect(before.next()?.busy == [work.id: []])
    #expect(world.one.waitUntilAsked())
    world.one.release()
    #expect(after.next()?.busy == [work.id: [meeting]])
    #expect(world.readAtOnce([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test("a reading that had begun before a write is answered to those who asked, and not kept")
  func outdatedReadingsAreNotKept() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    world.one.hold()
    let before = world.begin(1, [work], slot)
    #expect(world.one.waitUntilAsked())
    world.reader.invalidate(work.id)
    world.one.answer(.success([meeting]), for: work)
    world.one.release()
    #expect(before.next()?.busy == [work.id: []])
    world.one.release()
    #expect(world.read([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test("a reading from before a write still stands in when the provider fails")
  func demotedReadingsStandIn() throws {
    let world = BusyWorld()
    world.one.answer(.success([meeting]), for: work)
    _ = world.read([work], slot)
    world.reader.invalidate(work.id)
    world.one.answer(.failure(ProviderError(.transient, "503")), for: work)
    #expect(world.read([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test("a provider that failed is left in peace for a while")
  func pauses() throws {
    let world = BusyWorld()
    world.one.answer(.failure(ProviderError(.needsOwner, "401")), for: work)
    _ = world.read([work], slot)
    #expect(world.readAtOnce([work], slot)?.unreadable == [work.id])
    #expect(world.one.windows.count == 1)
    world.one.answer(.success([meeting]), for: work)
    world.time.advance(.seconds(5))
    #expect(world.read([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test("one that says until when is left in peace until then")
  func throttled() throws {
    let world = BusyWorld()
    let until = world.time.now() + .seconds(60)
    world.one.answer(.failure(ProviderError(.throttled(until: until), "429")), for: work)
    _ = world.read([work], slot)
    world.time.advance(.seconds(59))
    #expect(world.readAtOnce([work], slot)?.unreadable == [work.id])
    world.one.answer(.success([meeting]), for: work)
    world.time.advance(.seconds(1))
    #expect(world.read([work], slot)?.busy == [work.id: [meeting]])
  }

  @Test("a calendar of our own is read each time, on the caller's thread")
  func local() throws {
    let world = BusyWorld(oneIsLocal: true)
    world.one.answer(.success([]), for: work)
    _ = world.read([work], slot)
    for answer in [[], [meeting], []] {
      world.one.answer(.success(answer), for: work)
      #expect(world.readAtOnce([work], slot)?.busy == [work.id: answer])
    }
    world.one.answer(.failure(ProviderError(.transient, "busy")), for: work)
    #expect(world.readAtOnce([work], slot)?.unreadable == [work.id])
  }

  @Test("an account that hangs holds up no other, and does not collect questions without end")
  func hanging() throws {
    let world = BusyWorld()
    world.two.answer(.success([]), for: other)
    world.one.hold()
    // Windows too far apart to share a reading.
    let windows = (0..<10).map {
      Interval(start: slot.start + .days($0 * 100), duration: .hours(1))
    }
    let answers = windows.map { world.begin(1, [work], $0) }
    #expect(world.one.waitUntilAsked())
    #expect(world.read([other], slot)?.busy == [other.id: []])
    // Those beyond the limit were refused at once.
    for late in answers.dropFirst(4) { #expect(late.next()?.unreadable == [work.id]) }
    world.ringAlarms()
    for early in answers.prefix(4) { #expect(early.next()?.unreadable == [work.id]) }
    for _ in 1...4 { world.one.release() }
  }

  @Test func nothingAskedIsAnswered() {
    let world = BusyWorld()
    #expect(world.readAtOnce([], slot)?.busy == [:])
  }
}
