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
  // MARK: An account or a calendar that cannot be used

  private func begin(
    _ world: HandlerWorld, _ use: CalendarUse = .reading, _ cause: Incident.Cause = .provider
  ) throws {
    let done = Awaited<Result<Bool, any Error>>()
    world.stored.store.beginIncident(
      use, of: StoredWorld.work.id, cause: cause, reason: "no answer"
    ) { done.give($0) }
    _ = try done.take().get()
  }

  @Test("S9 the owner of a calendar that cannot be read is told, in the owner's words and zone")
  func theOwnerIsTold() throws {
    let world = try HandlerWorld()
    try begin(world)
    try begin(world)
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

  @Test(arguments: [CalendarUse.reading, .writing])
  func whoHasToConnectAgainIsToldThat(_ use: CalendarUse) throws {
    let world = try HandlerWorld()
    try begin(world, use, .owner)
    try world.performAll()
    #expect(world.outbox.messages.first?.plainText.contains("connect it again") == true)
  }

  @Test("S8 a permission that a page finds gone is told though nothing waits for it")
  func foundByAPage() throws {
    let world = try HandlerWorld()
    try world.stored.store.reportTrouble(
      cause: .owner, reason: "revoked", of: StoredWorld.work.connection)
    try begin(world, .reading, .owner)
    try world.performAll()
    let mails = world.outbox.messages
    #expect(mails.map(\.subject) == ["Reconnect your calendar: Work"])
    #expect(mails.map(\.to.email) == [StoredWorld.host.email])
    // What is booked while it lasts waits, and tells its guest alone.
    try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    #expect(world.outbox.messages.map(\.to.email).dropFirst() == ["sam@guest.example"])
  }

  @Test func whatIsOverBeforeItIsSentIsNotSent() throws {
    let world = try HandlerWorld()
    try begin(world)
    let done = Awaited<Result<Void, any Error>>()
    world.stored.store.endIncident(.reading, of: StoredWorld.work.id) { done.give($0) }
    try done.take().get()
    try world.performAll()
    #expect(world.outbox.messages.isEmpty)
    #expect(try world.stored.job(.invitation).state == .cancelled)
  }

  @Test("a crash between the mail server's answer and our commit tells the owner by the same mail")
  func crashAfterHandOver() throws {
    let world = try HandlerWorld()
    try begin(world)
    world.runAndDie(try #require(try world.claimNext()))
    let next = try world.restarted()
    try next.performAll()
    #expect(Set(next.outbox.messages.map(\.id.text)) == ["incident.1@book.example.com"])
    try begin(next)
    try next.performAll()
    #expect(Set(next.outbox.messages.map(\.id.text)).count == 1)
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
