import Bookings
import Core
import Mail
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// The mails that are about no change of a booking.
@Suite struct NoticeMailTests {
  // MARK: A calendar that cannot be read

  private func begin(_ world: HandlerWorld, _ kind: ErrorClass) throws {
    let done = Awaited<Result<Void, any Error>>()
    world.stored.store.beginIncident(
      of: StoredWorld.work.id, error: JobError(kind, "no answer")
    ) {
      IncidentNotices.job(
        $0, calendar: StoredWorld.work.id, organization: StoredWorld.organization)
    } completion: {
      done.give($0)
    }
    try done.take().get()
  }

  @Test("S9 the owner of a calendar that cannot be read is told, in the owner's words and zone")
  func theOwnerIsTold() throws {
    let world = try HandlerWorld()
    try begin(world, .transient)
    try begin(world, .transient)
    try world.performAll()
    let mail = try #require(world.outbox.messages.first)
    #expect(world.outbox.messages.count == 1)
    #expect(mail.to.email == StoredWorld.host.email)
    #expect(mail.subject.contains("“Work”"))
    #expect(mail.plainText.contains("Mon 2 Mar 2026 08:00 (UTC)"))
    #expect(mail.plainText.contains("times return by themselves"))
    #expect(mail.html.contains("<p>Hello Alex Host,</p>"))
    #expect(mail.invitation == nil)
  }

  @Test func whoHasToConnectAgainIsToldThat() throws {
    let world = try HandlerWorld()
    try begin(world, .needsOwner)
    try world.performAll()
    #expect(world.outbox.messages.first?.plainText.contains("connect it again") == true)
  }

  @Test func whatIsOverBeforeItIsSentIsNotSent() throws {
    let world = try HandlerWorld()
    try begin(world, .transient)
    let done = Awaited<Result<Void, any Error>>()
    world.stored.store.endIncident(of: StoredWorld.work.id) { done.give($0) }
    try done.take().get()
    try world.performAll()
    #expect(world.outbox.messages.isEmpty)
    #expect(try world.stored.job(.invitation).state == .cancelled)
  }

  // MARK: A booking's address

  @Test func theAddressIsMailedToTheGuestAlone() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    let asked = Awaited<Bool>()
    for _ in 0..<2 {
      world.stored.intake.mailAddress(under: "intro", to: "sam@guest.example")
      world.stored.store.aside { asked.give(true) }
      _ = try asked.take()
      try world.performAll()
      world.stored.time.advance(.hours(1))
    }
    let mails = world.toGuests.dropFirst()
    #expect(mails.count == 2)
    #expect(Set(mails.map { "\($0.id)" }).count == 2)
    for mail in mails {
      #expect(mail.to.email == "sam@guest.example")
      #expect(mail.subject.hasPrefix("Your booking: Intro call"))
      #expect(mail.plainText.contains("https://book.example.com/r/\(id)"))
      #expect(mail.invitation == nil)
    }
  }
}
