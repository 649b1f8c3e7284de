import Bookings
import Core
import Intake
import Queue
import Store
import TestSupport
import Testing

/// The ledger of single-use links: what is spent, given back, by whom, and what a repeat does.
struct SpendLedgerTests {
  let world: StoreWorld
  let link: Link
  let key = APIKey(
    id: Identifier("key_1"), organization: StoreWorld.organization, host: nil, name: "laptop",
    scopes: [])
  var store: Store { world.store }

  init() throws {
    world = try StoreWorld()
    link = try world.addLink(kind: .singleUse)
    try world.store.insert(key, hash: Array(repeating: 7, count: 32))
  }

  private func wish(
    host: HostID? = nil, organization: OrganizationID = StoreWorld.organization,
    revision: Int? = nil
  ) -> Reopening {
    Reopening(
      link: link.id, organization: organization, host: host, by: key.id.text, revision: revision)
  }

  private func reopen(_ wish: Reopening, key: String? = nil) throws -> [UInt8] {
    let request = key.map { IdempotentRequest(scope: "links", key: $0, digest: Array($0.utf8)) }
    return try store.reopenLink(wish, request: request) { Array("at \($0.revision)".utf8) }.answer
  }

  private func spend(_ booking: String, at minutes: Int) throws {
    try world.add(
      world.booking(booking, of: link, at: StoreWorld.slot(minutes), state: .confirmed), of: link)
  }

  @Test func theOwnerGivesItBackAndTheLedgerSaysWho() throws {
    try spend("bkg_1", at: 600)
    world.time.advance(.minutes(5))
    _ = try reopen(wish())
    #expect(try store.link(link.id)?.state == .active)
    try spend("bkg_2", at: 900)
    #expect(
      try store.spends(of: link.id, before: nil, limit: 10) == [
        Spend(number: 2, booking: BookingID("bkg_2"), claimedAt: world.time.now(), release: nil),
        Spend(
          number: 1, booking: BookingID("bkg_1"), claimedAt: HandTurnedTime.start,
          release: .init(
            at: HandTurnedTime.start + .minutes(5), reason: "reopened",
            by: key.id.text, keyName: "laptop")),
      ])
    // The booking that had spent it goes on.
    #expect(try store.booking(BookingID("bkg_1"))?.state == .confirmed)
  }

  @Test func aRefusalIsOurOwnDoing() throws {
    try world.add(world.booking(of: link, at: StoreWorld.slot(600)), of: link)
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: BookingID("bkg_1"), change: .rejected), followUps: [])
    let spend = try #require(try store.spends(of: link.id, before: nil, limit: 10).first)
    #expect(spend.release?.reason == "rejected")
    #expect(spend.release?.by == "bookend" && spend.release?.keyName == nil)
    #expect(try world.rows("SELECT released_by FROM spends") { $0.string(0) } == ["bookend"])
  }

  @Test("a booking that is refused after its link was reopened takes nothing from the next")
  func refusedAfterwards() throws {
    try world.add(world.booking("bkg_1", of: link, at: StoreWorld.slot(600)), of: link)
    _ = try reopen(wish())
    try spend("bkg_2", at: 900)
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: BookingID("bkg_1"), change: .rejected), followUps: [])
    #expect(try store.link(link.id)?.state == .spent)
    let spends = try store.spends(of: link.id, before: nil, limit: 10)
    #expect(spends.map { $0.release?.reason } == [nil, "reopened"])
  }

  @Test func onlyWhatIsSpentAndTheirsIsGivenBack() throws {
    #expect(throws: LinkError.notSpent(.active)) { try reopen(wish()) }
    try spend("bkg_1", at: 600)
    let revision = try #require(try store.link(link.id)?.revision)
    #expect(throws: LinkError.notFound) { try reopen(wish(host: HostID("hst_9"))) }
    #expect(throws: LinkError.notFound) {
      try reopen(wish(organization: OrganizationID("org_9")))
    }
    #expect(throws: LinkError.changed) { try reopen(wish(revision: revision - 1)) }
    #expect(try store.spends(of: link.id, before: nil, limit: 10).allSatisfy { $0.release == nil })
    _ = try reopen(wish(host: StoreWorld.host.id, revision: revision))
    #expect(throws: LinkError.notSpent(.active)) { try reopen(wish()) }
  }

  /// Without that, a sender who got no answer and asks again would give back what another guest has spent.
  @Test func aRepeatReopensNothing() throws {
    try spend("bkg_1", at: 600)
    let first = try reopen(wish(), key: "once-1234")
    try spend("bkg_2", at: 900)
    #expect(try reopen(wish(), key: "once-1234") == first)
    #expect(try store.link(link.id)?.state == .spent)
    #expect(throws: LinkError.requestDiffers) {
      let request = IdempotentRequest(scope: "links", key: "once-1234", digest: [9])
      _ = try store.reopenLink(wish(), request: request) { _ in [] }
    }
  }

  @Test func pagesGoBackInTime() throws {
    for number in 1...3 {
      try spend("bkg_\(number)", at: number * 100)
      if number < 3 { _ = try reopen(wish()) }
    }
    let first = try store.spends(of: link.id, before: nil, limit: 2)
    #expect(first.map(\.booking.text) == ["bkg_3", "bkg_2"])
    #expect(
      try store.spends(of: link.id, before: first[1].number, limit: 2).map(\.booking.text) == [
        "bkg_1"
      ])
  }
}
