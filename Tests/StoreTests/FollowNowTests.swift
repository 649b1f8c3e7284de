import Bookings
import Core
import Queue
import SQLite
import Store
import TestSupport
import Testing

/// Whose calendars are read, when, and what a reading leaves behind.
struct FollowNowTests {
  let world: StoreWorld
  let link: Link
  var store: Store { world.store }
  private let calendar = StoreWorld.calendar

  init() throws {
    world = try StoreWorld()
    try world.execute("UPDATE connections SET provider = 'google'")
    link = try world.addLink()
    try world.add(
      world.booking(of: link, at: StoreWorld.slot(600), state: .confirmed), of: link)
  }

  private func take(_ position: String?, after from: String?, _ jobs: [NewJob] = []) throws {
    let window = Interval(start: HandTurnedTime.start, duration: .days(30))
    try store.take(
      CalendarReading(
        calendar: calendar, from: from, position: position, window: position.map { _ in window }),
      looking: jobs)
  }

  @Test func whereNoBookingIsAheadThereIsNothingToFollow() throws {
    #expect(try store.followNow(StoreWorld.otherCalendar) == nil)
    #expect(try store.followNow(CalendarID("cal_none")) == nil)
    #expect(try store.followNow(calendar) != nil)
    world.time.advance(.minutes(641))
    try world.execute("UPDATE jobs SET state = 'completed', finished_at = 1")
    #expect(try store.followNow(calendar) == nil)
  }

  @Test func ownCalendarsAndThoseOfRemovedAccountsAreLeftAlone() throws {
    try world.execute("UPDATE connections SET provider = 'local'")
    #expect(try store.followNow(calendar) == nil)
    try world.execute("UPDATE connections SET provider = 'google', removed_at = 1")
    #expect(try store.followNow(calendar) == nil)
    #expect(try store.poll(every: [.google: .seconds(1)]) == 0)
  }

  @Test func howeverManyAskItIsOneJobUntilItHasBegun() throws {
    let first = try #require(try store.followNow(calendar))
    for _ in 1...3 { #expect(try store.followNow(calendar) == first) }
    world.time.advance(.seconds(1))
    let running = try store.claimOne()
    #expect(running.lease.job == first && running.sequence == "follow:\(calendar)")
    let second = try #require(try store.followNow(calendar))
    #expect(second != first)
    #expect(try store.followNow(calendar) == second)
    // And it does not run beside the first.
    world.time.advance(.seconds(1))
    #expect(try store.claim().jobs == [])
    try store.finish(running, .completed)
    #expect(try store.claim().jobs.map(\.lease.job) == [second])
    #expect(try store.followNow(calendar) != second)
  }

  @Test func aPollReadsWhatIsDueByItsProvidersInterval() throws {
    let intervals: [Connection.Provider: Duration] = [.google: .minutes(15)]
    #expect(try store.poll(every: [.caldav: .seconds(1)]) == 0)
    #expect(try store.poll(every: intervals) == 1)
    #expect(try store.poll(every: intervals) == 0)
    world.time.advance(.minutes(14))
    #expect(try store.poll(every: intervals) == 0)
    world.time.advance(.minutes(1))
    #expect(try store.poll(every: intervals) == 1)
    // A notice counts as well.
    world.time.advance(.minutes(14))
    try store.followNow(calendar)
    world.time.advance(.minutes(1))
    #expect(try store.poll(every: intervals) == 0)
    // A clock that was set back stops nothing.
    world.time.setWall(to: HandTurnedTime.start)
    #expect(try store.poll(every: intervals) == 1)
  }

  @Test func aPositionIsKeptWithItsJobsAndNotTakenBack() throws {
    try store.followNow(calendar)
    try take("one", after: nil)
    #expect(try store.followed(calendar)?.position == "one")
    let look = NewJob(kind: .observe, payload: ["version": 1], uniqueKey: "observe:bkg_1")
    try take("two", after: "one", [look, look])
    #expect(try store.followed(calendar)?.position == "two")
    // One that hung comes late: what it saw is looked at, once.
    try take("older", after: "one", [look])
    #expect(try store.followed(calendar)?.position == "two")
    var query = JobQuery(organization: nil, limit: 10)
    query.kind = .observe
    #expect(try store.jobs(query).count == 1)
  }

  @Test func anEventLeadsToItsBookingInOneLookUp() throws {
    #expect(try store.bookingsAhead(on: calendar).map(\.event) == [nil])
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: BookingID("bkg_1"), change: nil, event: "evt"), followUps: [])
    #expect(try store.bookings(ofEvents: ["other", "evt"], on: calendar).map(\.id.text) == ["bkg_1"])
    #expect(try store.bookings(ofEvents: ["evt"], on: StoreWorld.otherCalendar) == [])
    #expect(try store.bookingsAhead(on: calendar).map(\.event) == ["evt"])
    #expect(try store.history(of: BookingID("bkg_1")).count == 1)
  }
}
