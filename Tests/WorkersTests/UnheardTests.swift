import Bookings
import Core
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// Process after process dies with a job, at last while it is only being ended: nobody asks its handler any more,
/// and still its booking has an ending, and its guest is told.
@Suite struct UnheardTests {
  /// Every process that touches it dies, whether it has done its work or not.
  private func unheard(
    _ world: HandlerWorld, _ kind: JobKind, isDone: Bool
  ) throws -> HandlerWorld {
    var world = world
    for death in 0..<Verdict.deathsOfSilence {
      world.stored.time.advance(Verdict.rest)
      let job = try #require(try world.claimNext())
      #expect(job.kind == kind)
      #expect((job.verdict == .poison) == (death >= Verdict.deathsOfPoison))
      if isDone, job.verdict == nil { world.runAndDie(job) }
      world = try world.restarted()
    }
    return world
  }

  private func expectTheEnd(_ world: HandlerWorld, _ kind: JobKind) throws {
    let ended = try world.stored.jobs(kind).first { $0.reason == "poison" }
    #expect(ended?.state == .discarded)
    #expect(try world.stored.jobs().allSatisfy { $0.state.isFinal })
  }

  @Test(arguments: [false, true])
  func aBookingHasFailedAndLeavesNothingBehind(isDone: Bool) throws {
    var world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world = try unheard(world, .booking, isDone: isDone)
    // In the transaction that gave the job up, before anything else has run.
    #expect(try world.stored.booking(id).state == .failed)
    #expect(try world.stored.claims() == [])
    #expect(world.calendar.events.count == (isDone ? 1 : 0))
    try world.performAll()
    #expect(world.calendar.events.isEmpty)
    #expect(world.subjects.count == 1)
    try expectTheEnd(world, .booking)
  }

  @Test(arguments: [false, true])
  func aMeetingStandsWhereItStood(isDone: Bool) throws {
    var world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    world = try unheard(world, .reschedule, isDone: isDone)
    #expect(try world.stored.booking(id).state == .confirmed)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.time.start == instant("2026-03-10T17:00:00Z"))
    #expect(world.calendar.events.map(\.interval) == [booking.time])
    #expect(try world.stored.claims() == [booking.time])
    #expect(world.subjects.count == 2)
    try expectTheEnd(world, .reschedule)
  }

  @Test(arguments: [false, true])
  func aCancelledMeetingIsCancelled(isDone: Bool) throws {
    var world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.cancel(id)
    world = try unheard(world, .cancel, isDone: isDone)
    #expect(try world.stored.booking(id).state == .cancelled)
    try world.performAll()
    // Whether it is gone nobody knows: the letters say so, and an operator's retry removes it after all.
    #expect(world.calendar.events.count == (isDone ? 0 : 1))
    #expect(try world.stored.booking(id).reason?.contains("may still stand") == true)
    #expect(world.letters(to: "host").count == 2)
    try world.retry(try #require(try world.stored.jobs(.cancel).first).id)
    try world.performAll()
    #expect(world.calendar.events.isEmpty)
    #expect(world.subjects.count == 2)
  }

  /// A letter that kills is given up; what it was about is not undone.
  @Test func aLetterIsOnlyNotSent() throws {
    var world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    #expect(try world.performNext())
    for _ in 0..<3 * Verdict.deathsOfSilence {
      world.stored.time.advance(Verdict.rest)
      if try world.claimNext() == nil { break }
      world = try world.restarted()
    }
    #expect(try world.stored.jobs(.invitation).contains { $0.state == .discarded })
    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.calendar.events.count == 1)
  }
}
