import Bookings
import Core
import ProviderTestSupport
import StoreTestSupport
import Testing

@testable import Workers

/// Video meetings that the host's calendar makes, with what Google and Microsoft answer on the wire.
@Suite struct ConferenceTests {
  static let kinds = SandboxScenarioTests.kinds

  private func world(_ kind: Connection.Provider, isPersonal: Bool = false) throws -> SandboxWorld {
    var settings = LinkSettings.open()
    settings.location = Location(kind == .google ? .googleMeet : .teams)
    return try SandboxWorld(kind, settings, isPersonal: isPersonal)
  }

  @Test(
    "its address is kept with the confirmation, and told wherever the booking is", arguments: kinds)
  func atOnce(_ kind: Connection.Provider) throws {
    let world = try world(kind)
    let id = try world.handlers.confirmed()
    let address = try #require(try world.handlers.stored.booking(id).conferenceURL)
    #expect(address.hasPrefix("https://"))
    let mail = try #require(
      world.handlers.outbox.messages.first { $0.to.email == StoredWorld.host.email })
    #expect(mail.plainText.contains("Join: \(address)"))
    #expect(try world.handlers.invite(id).contains("CONFERENCE"))
    #expect(try world.handlers.invite(id).contains(address))
    // It stays through a move.
    try world.handlers.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    try world.handlers.performAll()
    #expect(try world.handlers.stored.booking(id).conferenceURL == address)
  }

  @Test(
    "one that is still being made holds up no confirmation, and is kept when it is there",
    arguments: kinds)
  func late(_ kind: Connection.Provider) throws {
    let world = try world(kind)
    try world.account.set(["conferenceDelaySeconds": 30])
    let id = try world.handlers.confirmed()
    let stored = world.handlers.stored
    #expect(try stored.booking(id).state == .confirmed)
    #expect(try stored.booking(id).conferenceURL == nil)
    #expect(try stored.booking(id).reason == nil)
    try world.account.advance(seconds: 31)
    try stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    try world.handlers.performAll()
    #expect(try stored.booking(id).conferenceURL?.hasPrefix("https://") == true)
  }

  @Test(
    "where none is made the booking stands, and everybody is told that there is none",
    arguments: kinds)
  func refused(_ kind: Connection.Provider) throws {
    let world = try world(kind, isPersonal: kind == .outlook)
    if kind == .google { try world.account.set(["conferenceFails": true]) }
    let id = try world.handlers.confirmed()
    let booking = try world.handlers.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(booking.conferenceURL == nil)
    #expect(booking.reason?.contains("makes no video meetings") == true)
    #expect(try world.account.liveEvents().count == 1)
    let mail = try #require(
      world.handlers.outbox.messages.first { $0.to.email == StoredWorld.host.email })
    #expect(mail.plainText.contains("makes no video meetings"))
  }

  @Test("a crash before the confirmation is recorded loses no address", arguments: kinds)
  func crash(_ kind: Connection.Provider) throws {
    let world = try world(kind)
    let id = try world.handlers.stored.book("2026-03-10T17:00:00Z")
    world.handlers.runAndDie(try #require(try world.handlers.claimNext()))
    let next = try world.handlers.restarted()
    try next.performAll()
    #expect(try next.stored.booking(id).conferenceURL?.hasPrefix("https://") == true)
    #expect(try world.account.liveEvents().count == 1)
  }

  @Test("a link without one asks for none", arguments: kinds)
  func notAsked(_ kind: Connection.Provider) throws {
    let world = try SandboxWorld(kind)
    let id = try world.handlers.confirmed()
    #expect(try world.handlers.stored.booking(id).conferenceURL == nil)
    #expect(try world.handlers.stored.booking(id).reason == nil)
  }
}
