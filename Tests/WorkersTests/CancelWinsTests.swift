import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import Synchronization
import TestSupport
import Testing

@testable import Workers

/// When, on the way of a move, somebody cancels.
enum CancelMoment: CaseIterable, Sendable {
  case beforeItIsAskedFor, asSoonAsItIsAccepted, afterTheClaim, whileBusyTimeIsRead, beforeTheEffect
  case afterTheEffect, beforeTheRecord, afterTheFirstAttempt, afterTheEnd
}

/// What becomes of the move's first attempt.
enum MoveFate: CaseIterable, Sendable {
  case succeeds, answerIsLost, failsForNow, newTimeIsTaken, eventIsGone, isRefusedForGood,
    processDies
}

/// Cancel wins over reschedule, whenever it comes and whatever becomes of the move: every moment with every
/// fate, by guest and by host, against a model of what may come of it.
@Suite struct CancelWinsTests {
  private let old = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let new = Interval(start: instant("2026-03-10T19:00:00Z"), duration: .minutes(30))

  @Test(arguments: CancelMoment.allCases, MoveFate.allCases)
  func everyMomentWithEveryFate(_ moment: CancelMoment, _ fate: MoveFate) throws {
    for actor in [BookingActor.guest, .host] {
      var world = try HandlerWorld()
      let id = try world.confirmed()
      let canceller = Canceller(world, id, actor)
      let wasAccepted = try move(world, id, cancelling: canceller, at: moment)
      #expect(wasAccepted == (moment != .beforeItIsAskedFor))
      if wasAccepted { world = try attempt(world, fate, cancelling: canceller, at: moment) }
      if moment == .afterTheEnd { try world.performAll() }
      // The host has cancelled it by hand, before anybody else could.
      if fate == .eventIsGone, moment == .afterTheEnd {
        try expectCancelledByHand(world, id)
        continue
      }
      try canceller.cancelUnlessDone()
      try world.performAll()
      try expectCancelled(world, id, by: actor)
    }
  }

  /// Asks for the move; false where it was refused.
  private func move(
    _ world: HandlerWorld, _ id: BookingID, cancelling canceller: Canceller,
    at moment: CancelMoment
  ) throws -> Bool {
    if moment == .beforeItIsAskedFor { try canceller.cancel() }
    do {
      try world.stored.reschedule(id, to: new.start.rfc3339)
    } catch IntakeError.refused(let refusal, _) {
      #expect(refusal == .changeInProgress)
      return false
    }
    if moment == .asSoonAsItIsAccepted { try canceller.cancel() }
    return true
  }

  /// The move's first attempt, with its fate, and the cancel where it belongs.
  private func attempt(
    _ world: HandlerWorld, _ fate: MoveFate, cancelling canceller: Canceller,
    at moment: CancelMoment
  ) throws -> HandlerWorld {
    guard let job = try world.claimNext() else { return world }
    // A move that has not begun is not begun any more.
    #expect(job.kind == (moment == .asSoonAsItIsAccepted ? .cancel : .reschedule))
    if moment == .afterTheClaim { try canceller.cancel() }
    if fate == .newTimeIsTaken { world.calendar.add(new, on: StoredWorld.work) }
    if fate == .eventIsGone { world.calendar.removeEvents() }
    let cancel: @Sendable () throws -> Void = { try canceller.cancelUnlessDone() }
    if moment == .whileBusyTimeIsRead { world.calendar.fail(.busy, .meanwhile(cancel)) }
    if moment == .beforeTheEffect { world.calendar.fail(.move, .meanwhile(cancel)) }
    if moment == .afterTheEffect { world.calendar.fail(.move, .afterwards(cancel)) }
    switch fate {
    case .answerIsLost: world.calendar.fail(.move, .loseAnswer)
    case .failsForNow: world.calendar.fail(.move, .refuse(.transient))
    case .isRefusedForGood: world.calendar.fail(.move, .refuse(.permanent))
    case .succeeds, .newTimeIsTaken, .eventIsGone, .processDies: break
    }
    if moment == .beforeTheRecord {
      world.store.beforeNextFinish { try? canceller.cancelUnlessDone() }
    }

    var world = world
    if fate == .processDies {
      world.runAndDie(job)
      try world.calendar.rethrow()
      world.calendar.forgetFaults()
      world = try world.restarted()
      canceller.follow(world)
    } else {
      try world.pool.carryOutAndWait(job)
      try world.calendar.rethrow()
      world.calendar.forgetFaults()
    }
    if moment == .afterTheFirstAttempt { try canceller.cancelUnlessDone() }
    return world
  }

  private func expectCancelledByHand(_ world: HandlerWorld, _ id: BookingID) throws {
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(
      try world.stored.store.history(of: id).map(\.change) == [
        .booked, .confirmed, .rescheduleRequested, .cancelledInCalendar,
      ])
    #expect(world.subjects.map { String($0.prefix { $0 != ":" }) } == ["Confirmed", "Cancelled"])
  }

  private func expectCancelled(
    _ world: HandlerWorld, _ id: BookingID, by actor: BookingActor
  ) throws {
    let booking = try world.stored.booking(id)
    #expect(booking.state == .cancelled)
    #expect(booking.requestedTime == nil)
    #expect(world.calendar.events.isEmpty)
    #expect(try world.stored.claims().isEmpty)
    #expect(try world.stored.jobs().allSatisfy { $0.state.isFinal })

    // The line of the cancel, and after it nothing but its end.
    let history = try world.stored.store.history(of: id)
    let changes = history.map(\.change)
    let asked = try #require(changes.firstIndex(of: .cancelRequested))
    #expect(Array(changes[asked...]) == [.cancelRequested, .cancelled])
    #expect(history[asked].actor == actor)
    #expect(history.last?.actor == .bookend)
    // Each change that was asked for has raised the revision, no other has.
    let requests = changes.filter { $0 == .rescheduleRequested || $0 == .cancelRequested }.count
    #expect(booking.revision == requests)

    // Nobody hears of a move that was overtaken, and everybody hears of the cancel once, last.
    let words = world.subjects.map { String($0.prefix { $0 != ":" }) }
    #expect(words.first == "Confirmed" && words.last == "Cancelled")
    #expect(words.filter { $0 == "Cancelled" }.count == 1)
    // What was overtaken before it left is not told any more.
    #expect(!words.contains("Moved") || changes.contains(.moved))
    #expect(!words.contains("Not moved") || changes.contains(.moveRefused))
    #expect(changes.contains(.moved) || booking.time == old)
  }
}

private struct NotAccepted: Error {}

/// Cancels one booking, once, in whatever process is alive.
private final class Canceller: Sendable {
  private let booking: BookingID
  private let actor: BookingActor
  private let state: Mutex<(world: HandlerWorld, isDone: Bool)>

  init(_ world: HandlerWorld, _ booking: BookingID, _ actor: BookingActor) {
    self.booking = booking
    self.actor = actor
    state = Mutex((world, false))
  }

  func follow(_ world: HandlerWorld) { state.withLock { $0.world = world } }

  func cancel() throws {
    let world = state.withLock { state in
      state.isDone = true
      return state.world
    }
    let request = ChangeRequest(booking, by: actor, reason: "Ill")
    let answer: Result<Cancellation, IntakeError> = try world.stored.answer {
      world.stored.intake.cancel(request, completion: $0)
    }
    guard case .accepted = try answer.get() else { throw NotAccepted() }
  }

  /// Where the moment did not come, as when the move ended before it, the cancel comes late.
  func cancelUnlessDone() throws {
    if !state.withLock({ $0.isDone }) { try cancel() }
  }
}
