import Bookings
import Core
import ICalendar
import Mail
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// Answers that come by mail: what they change, and what nobody can change with one.
@Suite struct ReceivedRepliesTests {
  private let world: HandlerWorld
  private let id: BookingID

  init() throws {
    world = try HandlerWorld()
    id = try world.confirmed()
  }

  private func incoming(
    _ answer: EventObject.Participation, sequence: Int = 0, after: Duration = .minutes(1),
    from sender: String? = nil, by email: String? = nil, uid: String? = nil
  ) throws -> IncomingReply {
    let guest = try world.stored.booking(id).details.guest.email.lowercased()
    let event = try #require(world.calendar.events.first)
    return IncomingReply(
      sender: sender ?? guest,
      reply: GuestReply(
        uid: uid ?? event.uid, sequence: sequence, stamp: world.stored.time.now() + after,
        email: email ?? guest, participation: answer, comment: "Ill"))
  }

  private func take(_ incoming: IncomingReply) throws -> ReceivedReplies.Outcome {
    try world.replies.take(incoming)
  }

  @Test func anAnswerIsShownAndARepeatIsNoNews() throws {
    #expect(try take(incoming(.accepted)) == .recorded)
    #expect(try take(incoming(.accepted)) == .known)
    let answers = try world.stored.store.answers(of: id)
    #expect(answers.map(\.word) == [.accepted] && answers.map(\.comment) == ["Ill"])
    try world.performAll()
    #expect(world.letters(to: "host").count == 1)
  }

  @Test("a decline is offered to the host as a cancel, once, and cancels nothing")
  func declines() throws {
    for _ in 1...2 { _ = try take(incoming(.declined)) }
    try world.performAll()
    #expect(world.letters(to: "host").count { $0.subject.contains("eclined") } == 1)
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.calendar.events.count == 1)
  }

  @Test func theLaterAnswerCounts() throws {
    world.stored.time.advance(.minutes(10))
    #expect(try take(incoming(.declined, after: .minutes(-1))) == .recorded)
    #expect(try take(incoming(.accepted, after: .minutes(-5))) == .known)
    #expect(try take(incoming(.accepted, after: .zero)) == .recorded)
    #expect(try world.stored.store.answers(of: id).map(\.word) == [.accepted])
  }

  @Test("neither a clock that is ahead nor a program that counts by itself keeps later answers out")
  func aheadOfUs() throws {
    #expect(try take(incoming(.accepted, sequence: 7, after: .days(400))) == .recorded)
    world.stored.time.advance(.minutes(1))
    #expect(try take(incoming(.declined, after: .zero)) == .recorded)
  }

  @Test func whatAnswersAFormerTimeIsStale() throws {
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    // Nobody was told of the new time yet.
    #expect(try take(incoming(.accepted)) == .recorded)
    try world.performAll()
    #expect(try take(incoming(.declined, after: .hours(1))) == .stale)
    #expect(try take(incoming(.declined, sequence: 1, after: .hours(1))) == .recorded)
  }

  @Test("a move that came to nothing has asked nobody anew")
  func afterAMoveInVain() throws {
    world.calendar.add(
      Interval(start: instant("2026-03-10T19:00:00Z"), duration: .minutes(30)),
      on: StoredWorld.work)
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(try take(incoming(.declined)) == .recorded)
  }

  @Test func onlyGuestsAnswerAndOnlyForThemselves() throws {
    let guest = try world.stored.booking(id).details.guest.email.lowercased()
    for (sender, email) in [
      ("kim@elsewhere.example", guest), (guest, "kim@elsewhere.example"),
      ("kim@elsewhere.example", "kim@elsewhere.example"),
      (StoredWorld.host.email.lowercased(), StoredWorld.host.email.lowercased()),
    ] {
      #expect(throws: ReceivedReplies.Refusal.notAGuest) {
        try take(incoming(.declined, from: sender, by: email))
      }
    }
    #expect(throws: ReceivedReplies.Refusal.unknownEvent) {
      try take(incoming(.declined, uid: "other@book.example.com"))
    }
    #expect(try world.stored.store.answers(of: id).isEmpty)
  }

  @Test func noAnswerYetAndNoMeetingAnyMore() throws {
    #expect(try take(incoming(.needsAction)) == .known)
    #expect(try take(incoming(.delegated)) == .known)
    let late = try incoming(.declined)
    try world.stored.cancel(id)
    #expect(try take(late) == .over)
    try world.performAll()
    #expect(try take(late) == .over)
    #expect(try world.stored.store.answers(of: id).isEmpty)
  }
}
