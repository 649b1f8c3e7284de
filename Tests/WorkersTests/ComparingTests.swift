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

extension Store: FindingRecords {}

/// The ledger beside the calendar: what a comparison finds, and what it does not.
@Suite struct ComparingTests {
  private let agreed = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let later = Interval(start: instant("2026-03-11T09:00:00Z"), duration: .minutes(30))
  private let world: HandlerWorld
  private let id: BookingID

  init() throws {
    world = try HandlerWorld()
    id = try world.confirmed("2026-03-10T17:00:00Z")
  }

  private var key: EventKey { EventKey(booking: id, generation: 0) }

  @discardableResult
  private func compare() throws -> [Finding] { try world.compare() }

  @Test func whatAgreesIsNoFinding() throws {
    #expect(try compare() == [])
    #expect(world.lines.named("finding").isEmpty)
  }

  @Test func anEventThatIsGoneIsFoundOnceUntilItIsBack() throws {
    let event = try #require(world.calendar.event(key.text))
    world.calendar.deleteByHand(key)
    let finding = try #require(try compare().first)
    #expect(finding.difference.kind == .missing)
    #expect(finding.difference.booking == id)
    #expect(finding.difference.agreed == agreed)
    #expect(finding.calendar == StoredWorld.work.id)
    #expect(world.lines.named("finding").count == 1)

    world.stored.time.advance(.hours(24))
    let again = try #require(try compare().first)
    #expect(again.id == finding.id)
    #expect(again.firstSeenAt == finding.firstSeenAt)
    #expect(again.lastSeenAt == world.stored.time.now())
    #expect(world.lines.named("finding").count == 1)
    // Nothing but a look: the booking stands, and nobody was told anything.
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.subjects.count == 1)

    world.calendar.restore(event, key)
    #expect(try compare() == [])
    let resolved = try world.stored.store.finding(finding.id, of: nil)
    #expect(resolved?.resolution == .gone)
  }

  @Test func aCancelledEventIsGoneToo() throws {
    world.calendar.changeEvents { $0.isCancelled = true }
    #expect(try compare().map(\.difference.kind) == [.missing])
  }

  /// The list of marked events is a hint.
  @Test func whatTheListLeavesOutIsReadByItsKey() throws {
    world.calendar.leaveOut(key.text)
    #expect(try compare() == [])
  }

  @Test func anEventElsewhereIsMoved() throws {
    world.calendar.moveByHand(key, to: later)
    let finding = try #require(try compare().first)
    #expect(finding.difference.kind == .moved)
    #expect(finding.difference.agreed == agreed)
    #expect(finding.difference.found == later)
    #expect(finding.difference.remoteID == key.text)
    // It is dragged on: the same finding.
    let last = Interval(start: later.start + .hours(1), end: later.end + .hours(1))
    world.calendar.moveByHand(key, to: last)
    #expect(try compare().map(\.id) == [finding.id])
    #expect(try compare().first?.difference.found == last)
  }

  @Test func anEventOfACancelledBookingIsExtra() throws {
    let event = try #require(world.calendar.event(key.text))
    try world.stored.cancel(id)
    try world.performAll()
    #expect(try compare() == [])
    world.calendar.put(event, key.text)
    let finding = try #require(try compare().first)
    #expect(finding.difference.kind == .extra)
    #expect(finding.difference.booking == id)
    #expect(!finding.difference.isCopy)
  }

  @Test func anEventOfNobodysIsExtra() throws {
    let event = try #require(world.calendar.event(key.text))
    let stranger = EventKey(booking: BookingID("bkg_elsewhere"), generation: 0)
    world.calendar.put(event, stranger.text)
    let finding = try #require(try compare().first)
    #expect(finding.difference.kind == .extra)
    #expect(finding.difference.booking == nil)
    #expect(!finding.difference.isCopy)
  }

  @Test func aCopyIsKnownAsOne() throws {
    world.calendar.copyByHand(key.text, to: later)
    let finding = try #require(try compare().first)
    #expect(finding.difference.kind == .extra)
    #expect(finding.difference.isCopy)
    #expect(finding.difference.booking == id)
    #expect(finding.difference.found == later)
    // The original is gone: the copy does not stand for it.
    world.calendar.deleteByHand(key)
    #expect(try compare().map(\.difference.kind.rawValue).sorted() == ["extra", "missing"])
  }

  @Test func aBookingWhoseJobIsUnderWayIsNoFinding() throws {
    world.calendar.deleteByHand(key)
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    let job = try #require(try world.stored.store.compareSoon(StoredWorld.work.id).first)
    try world.runOnly(.compare)
    #expect(try world.stored.store.job(job, of: nil)?.state == .completed)
    #expect(try world.findings() == [])
  }

  /// It is asked for while the calendar is being read.
  @Test func norOneThatChangesWhileItIsCompared() throws {
    world.calendar.deleteByHand(key)
    let (stored, id) = (world.stored, id)
    world.calendar.fail(.event, .meanwhile { try stored.cancel(id) })
    #expect(try compare() == [])
    try world.calendar.rethrow()
  }

  @Test func aMeetingThatHasPassedIsNoFindingAnyMore() throws {
    world.calendar.deleteByHand(key)
    let finding = try #require(try compare().first)
    world.stored.time.advance(to: agreed.end)
    #expect(try compare() == [])
    #expect(try world.stored.store.finding(finding.id, of: nil)?.resolution == .past)
  }

  @Test func aCalendarThatCannotBeReadFindsNothing() throws {
    world.calendar.deleteByHand(key)
    try compare()
    world.calendar.fail(.event, .refuse(.transient))
    #expect(try compare().count == 1)
  }

  @Test func aLargeLossIsReadPieceByPiece() throws {
    let expected = (0..<Comparison.mostReadings + 5).map { number in
      ComparedBooking(
        id: BookingID("bkg_\(number)"), calendar: StoredWorld.work.id, state: .confirmed,
        revision: 0, generation: 0, time: agreed)
    }
    let compared = try Comparison.run(
      Comparison(
        expected: expected, events: [], calendar: StoredWorld.work.id,
        read: { _ throws(JobError) in nil }, all: { () throws(JobError) in [] }))
    #expect(compared.differences.count == Comparison.mostReadings)
    #expect(!compared.isWhole)
  }
}

extension HandlerWorld {
  /// Has the calendar compared and returns what is open, oldest first.
  @discardableResult
  func compare() throws -> [Finding] {
    _ = try stored.store.compareSoon(StoredWorld.work.id)
    try performReady()
    return try findings()
  }

  func findings() throws -> [Finding] {
    var query = FindingQuery(organization: StoredWorld.organization, limit: 50)
    query.state = .open
    return try stored.store.findings(query).reversed()
  }

  /// One attempt of the next ready job of that kind, whatever else is ready.
  func runOnly(_ kind: JobKind) throws {
    let answer = Awaited<Result<Claim, any Error>>()
    stored.store.claim(limit: 1, lease: .seconds(60), kinds: [kind]) { answer.give($0) }
    try pool.carryOutAndWait(try #require(try answer.take().get().jobs.first))
  }
}
