import Bookings
import Calendars
import Core
import Intake
import Queue
import Store
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// Every repair: once, twice, after a crash, and where the calendar has gone on since.
@Suite struct RepairTests {
  private let agreed = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let later = Interval(start: instant("2026-03-11T09:00:00Z"), duration: .minutes(30))
  private let world: HandlerWorld
  private let id: BookingID

  init() throws {
    world = try HandlerWorld()
    id = try world.confirmed("2026-03-10T17:00:00Z")
  }

  private var key: EventKey { EventKey(booking: id, generation: 0) }

  private func found(_ change: () throws -> Void) throws -> Finding {
    try change()
    return try #require(try world.compare().first)
  }

  private func wish(_ finding: Finding, _ repair: Repair, copies: Bool = false) -> RepairWish {
    RepairWish(
      finding: finding.id, repair: repair, isForCopies: copies,
      organization: StoredWorld.organization, by: "key test")
  }

  /// Starts it; what its job ended as.
  @discardableResult
  private func repair(
    _ finding: Finding, _ repair: Repair, in world: HandlerWorld? = nil
  ) throws -> JobRecord {
    let world = world ?? self.world
    let started = try world.stored.store.repair(wish(finding, repair)).finding
    try world.performAll()
    let job = try #require(started?.asked.flatMap { JobID($0.job) })
    return try #require(try world.stored.store.job(job, of: nil))
  }

  private func finding(_ id: FindingID) throws -> Finding {
    try #require(try world.stored.store.finding(id, of: nil))
  }

  private func refusal(_ finding: Finding, _ repair: Repair) throws -> RepairRefusal? {
    do {
      _ = try world.stored.store.repair(wish(finding, repair))
      return nil
    } catch let refusal as RepairRefusal {
      return refusal
    }
  }

  /// It was done, and cannot be started again.
  private func expectRepaired(_ id: FindingID, _ repair: Repair) throws {
    let now = try finding(id)
    #expect(now.resolution == .repaired)
    #expect(now.asked?.by == "key test")
    #expect(try refusal(now, repair) == .resolved(.repaired))
    #expect(try world.compare() == [])
  }

  // MARK: - Missing

  @Test func aMissingEventIsMadeAnewWithoutAWord() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    #expect(try repair(finding, .recreateEvent).state == .completed)
    #expect(world.calendar.event(key.text)?.interval == agreed)
    #expect(world.calendar.effects == [.create, .create])
    #expect(world.subjects.count == 1)
    try expectRepaired(finding.id, .recreateEvent)
  }

  /// Google keeps a deleted event's id for ever.
  @Test func whereTheProviderRemembersItGetsAnotherKey() throws {
    let finding = try found { world.calendar.changeEvents { $0.isCancelled = true } }
    #expect(try repair(finding, .recreateEvent).state == .completed)
    let next = EventKey(booking: id, generation: 1)
    #expect(try world.stored.booking(id).generation == 1)
    #expect(world.calendar.event(next.text)?.interval == agreed)
    try expectRepaired(finding.id, .recreateEvent)
    // It is that event that the booking now moves and cancels.
    try world.stored.cancel(id)
    try world.performAll()
    #expect(world.calendar.event(next.text) == nil)
  }

  @Test func aTimeThatWasTakenMeanwhileIsNotTakenTwice() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    world.calendar.add(agreed, on: StoredWorld.work)
    let job = try repair(finding, .recreateEvent)
    #expect(job.state == .cancelled)
    #expect(job.reason == "its time has been taken on the calendar meanwhile")
    #expect(world.calendar.effects == [.create])
    #expect(try self.finding(finding.id).resolution == nil)
  }

  @Test func aLostAnswerMakesOneEvent() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    world.calendar.fail(.create, .loseAnswer)
    #expect(try repair(finding, .recreateEvent).state == .completed)
    #expect(world.calendar.effects == [.create, .create])
    #expect(world.calendar.events.count == 1)
  }

  @Test func aMissingEventCanMeanThatTheMeetingIsOff() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    #expect(try repair(finding, .cancelBooking).state == .completed)
    #expect(try world.stored.booking(id).state == .cancelled)
    let last = try #require(try world.stored.store.history(of: id).last)
    #expect(last.actor == .host)
    #expect(world.subjects.count == 2)
    try expectRepaired(finding.id, .cancelBooking)
    #expect(world.subjects.count == 2)
  }

  @Test func anEventThatIsBackIsNotCancelled() throws {
    let event = try #require(world.calendar.event(key.text))
    let finding = try found { world.calendar.deleteByHand(key) }
    world.calendar.restore(event, key)
    let job = try repair(finding, .cancelBooking)
    #expect(job.reason == "the event is on the calendar")
    #expect(try world.stored.booking(id).state == .confirmed)
  }

  // MARK: - Extra

  @Test func anExtraEventIsRemoved() throws {
    let event = try #require(world.calendar.event(key.text))
    try world.stored.cancel(id)
    try world.performAll()
    let finding = try found { world.calendar.put(event, key.text) }
    #expect(try repair(finding, .removeEvent).state == .completed)
    #expect(world.calendar.events.isEmpty)
    try expectRepaired(finding.id, .removeEvent)
  }

  @Test func soIsOneOfNobodys() throws {
    let event = try #require(world.calendar.event(key.text))
    let stranger = EventKey(booking: BookingID("bkg_elsewhere"), generation: 0)
    let finding = try found { world.calendar.put(event, stranger.text) }
    #expect(try repair(finding, .removeEvent).state == .completed)
    #expect(world.calendar.event(stranger.text) == nil)
    #expect(world.calendar.event(key.text) == event)
  }

  @Test func aCopyIsLeftAloneUnlessItIsAskedFor() throws {
    let finding = try found { world.calendar.copyByHand(key.text, to: later) }
    #expect(try refusal(finding, .removeEvent) == .isCopy)
    #expect(try world.stored.store.forecast(wish(finding, .removeEvent, copies: true)) == finding)
    _ = try world.stored.store.repair(wish(finding, .removeEvent, copies: true))
    try world.performAll()
    // Ours stays.
    #expect(world.calendar.event(key.text)?.interval == agreed)
    #expect(world.calendar.effects == [.create])
    try expectRepaired(finding.id, .removeEvent)
  }

  // MARK: - Moved

  @Test func theBookingFollowsTheCalendar() throws {
    let finding = try found { world.calendar.moveByHand(key, to: later) }
    #expect(try repair(finding, .followCalendar).state == .completed)
    let booking = try world.stored.booking(id)
    #expect(booking.time == later && booking.state == .confirmed && booking.revision == 1)
    #expect(world.subjects.count == 2)
    #expect(world.calendar.effects == [.create])
    try expectRepaired(finding.id, .followCalendar)
    #expect(world.subjects.count == 2)
  }

  @Test func orTheCalendarIsPutBack() throws {
    let finding = try found { world.calendar.moveByHand(key, to: later) }
    #expect(try repair(finding, .restoreTime).state == .completed)
    #expect(world.calendar.event(key.text)?.interval == agreed)
    #expect(try world.stored.booking(id).time == agreed)
    #expect(world.calendar.effects == [.create, .move])
    #expect(world.subjects.count == 1)
    try expectRepaired(finding.id, .restoreTime)
    // It can be moved afterwards as ever.
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    try world.performAll()
    #expect(try world.stored.booking(id).time.start == instant("2026-03-10T19:00:00Z"))
  }

  @Test func anEventIsNotPutBackUponAnother() throws {
    let finding = try found { world.calendar.moveByHand(key, to: later) }
    world.calendar.add(agreed, on: StoredWorld.work)
    #expect(
      try repair(finding, .restoreTime).reason
        == "its time has been taken on the calendar meanwhile")
    #expect(world.calendar.effects == [.create])
  }

  // MARK: - In between

  @Test(arguments: [
    (Repair.recreateEvent, true), (.cancelBooking, true), (.followCalendar, false),
    (.restoreTime, false),
  ])
  func aProcessThatDiesHalfWayDoesItOnce(_ repair: Repair, _ isMissing: Bool) throws {
    let finding = try found {
      if isMissing {
        world.calendar.deleteByHand(key)
      } else {
        world.calendar.moveByHand(key, to: later)
      }
    }
    _ = try world.stored.store.repair(wish(finding, repair))
    // All is done, and its end is not recorded.
    world.runAndDie(try #require(try world.claimNext()))
    let next = try world.restarted()
    try next.performAll()
    #expect(try next.stored.store.finding(finding.id, of: nil)?.resolution == .repaired)
    let booking = try next.stored.booking(id)
    switch repair {
    case .cancelBooking: #expect(booking.state == .cancelled && next.calendar.events.isEmpty)
    case .followCalendar: #expect(booking.time == later && booking.revision == 1)
    default:
      #expect(booking.time == agreed && booking.revision == 0)
      #expect(next.calendar.event(key.text)?.interval == agreed)
    }
    #expect(next.calendar.events.count == (repair == .cancelBooking ? 0 : 1))
    let told = repair == .cancelBooking || repair == .followCalendar ? 2 : 1
    #expect(next.subjects.count == told)
    #expect(try next.compare() == [])
  }

  @Test(arguments: [Repair.recreateEvent, .cancelBooking])
  func aBookingThatHasGoneOnIsLeftAlone(_ repair: Repair) throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    try world.stored.cancel(id)
    #expect(try refusal(finding, repair) == .bookingIsBusy)
    try world.performAll()
    #expect(
      try self.repair(finding, repair).reason == "the booking is cancelled by now")
    #expect(world.calendar.events.isEmpty)
  }

  @Test func onlyWhatFitsAndOneAtATime() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    #expect(try refusal(finding, .restoreTime) == .doesNotFit(.missing))
    let started = try world.stored.store.repair(wish(finding, .recreateEvent)).finding
    let job = try #require(started?.asked?.job)
    #expect(try refusal(finding, .cancelBooking) == .underWay(job))
    let stranger = RepairWish(
      finding: finding.id, repair: .recreateEvent, isForCopies: false,
      organization: OrganizationID("org_2"), by: "x")
    #expect(throws: RepairRefusal.notFound) { try world.stored.store.repair(stranger) }
  }

  @Test func aRepeatUnderItsKeyIsAnsweredAsBefore() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    let request = IdempotentRequest(scope: "findings", key: "k-1234567", digest: [1])
    let first = try world.stored.store.repair(wish(finding, .recreateEvent), request: request) {
      Array("\($0.id)".utf8)
    }
    try world.performAll()
    let again = try world.stored.store.repair(wish(finding, .recreateEvent), request: request)
    #expect(again.answer == first.answer && again.finding == nil)
    let other = IdempotentRequest(scope: "findings", key: "k-1234567", digest: [2])
    #expect(throws: RepairRefusal.requestDiffers) {
      try world.stored.store.repair(wish(finding, .cancelBooking), request: other)
    }
    #expect(try world.stored.jobs(.repair).count == 1)
  }

  @Test func anAccountThatNeedsItsOwnerWaits() throws {
    let finding = try found { world.calendar.deleteByHand(key) }
    world.calendar.setOutage(.needsOwner)
    #expect(try repair(finding, .recreateEvent).state == .parked)
    #expect(try self.finding(finding.id).resolution == nil)
  }
}
