import Bookings
import Calendars
import Core
import Testing

/// What the reader says of a calendar to whoever looks after those that guests cannot be shown.
struct BusyVerdictTests {
  let work = Calendar.sample("work", connection: "one")
  let home = Calendar.sample("home", connection: "one")
  let slot: Interval
  private let down = ProviderError(.transient, "503")

  init() throws { slot = try interval("2026-06-10T09:00:00Z", "2026-06-10T10:00:00Z") }

  @Test("S9 a refusal is told, again and again, and so is the first success after it")
  func toldUntilItIsRead() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    world.one.answer(.failure(down), for: home)
    #expect(world.read([work, home], slot)?.unreadable == [home.id])
    #expect(world.verdicts.next(2) == ["work readable", "home 503"])

    // Left in peace after a failure, and guests are refused all the same.
    #expect(world.readAtOnce([home], slot)?.unreadable == [home.id])
    #expect(world.verdicts.next(1) == ["home 503"])

    world.one.answer(.success([]), for: home)
    world.time.advance(.seconds(6))
    #expect(world.read([home], slot)?.unreadable == [])
    #expect(world.verdicts.next(1) == ["home readable"])
  }

  @Test func whatAnEarlierReadingStandsInForIsNoIncident() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    _ = world.read([work], slot)
    #expect(world.verdicts.next(1) == ["work readable"])
    world.one.answer(.failure(down), for: work)
    world.time.advance(.minutes(5))
    let reading = try #require(world.read([work], slot))
    #expect(reading.unreadable.isEmpty && reading.standsIn)
    world.time.advance(.minutes(6))
    #expect(world.read([work], slot)?.unreadable == [work.id])
    // Of the failure that was stood in for nothing was said.
    #expect(world.verdicts.next(1) == ["work 503"])
  }

  @Test("a provider that is slow, and then answers, has been no incident")
  func slow() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    world.one.hold()
    let answers = world.begin(1, [work], slot)
    #expect(world.one.waitUntilAsked())
    world.ringAlarms()
    #expect(answers.next()?.unreadable == [work.id])
    world.one.release()
    #expect(world.verdicts.next(1) == ["work readable"])
  }

  @Test func oneThatIsSlowAndThenFailsIs() throws {
    let world = BusyWorld()
    world.one.answer(.failure(down), for: work)
    world.one.hold()
    let answers = world.begin(1, [work], slot)
    #expect(world.one.waitUntilAsked())
    world.ringAlarms()
    #expect(answers.next()?.unreadable == [work.id])
    world.one.release()
    #expect(world.verdicts.next(1) == ["work 503"])
  }

  @Test func anAnswerThatIsCurrentStandsInForNothing() throws {
    let world = BusyWorld()
    world.one.answer(.success([]), for: work)
    #expect(world.read([work], slot)?.standsIn == false)
    #expect(world.readAtOnce([work], slot)?.standsIn == false)
  }

  @Test func calendarsOfOurOwnAreNobodysIncident() throws {
    let world = BusyWorld(oneIsLocal: true)
    world.one.answer(.failure(down), for: work)
    #expect(world.read([work], slot)?.unreadable == [work.id])
    #expect(world.verdicts.isEmpty)
  }
}
