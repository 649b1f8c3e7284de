import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// What is kept of mail: deliveries, links that were sent, accounts that fail.
@Suite struct MailRecordTests {
  private let world: StoreWorld

  init() throws { world = try StoreWorld() }

  private func delivery(
    _ state: Delivery.State, key: String = "bkg_1/0/confirmed/guest", booking: BookingID? = nil,
    recipient: String = "guest"
  ) -> Delivery {
    Delivery(
      key: key, organization: StoreWorld.organization, booking: booking, message: "confirmed",
      recipient: recipient, state: state, detail: "said")
  }

  @Test func aKeyHasOneRowThatCountsItsHandovers() throws {
    for state in [Delivery.State.handing, .notTaken, .handing, .sent] {
      try world.store.record(delivery(state))
    }
    let known = try #require(try world.store.delivery("bkg_1/0/confirmed/guest"))
    #expect(known.state == .sent && known.handovers == 2 && known.detail == "said")
    #expect(try world.store.delivery("another") == nil)
  }

  @Test func whoInvitedOnceIsRemembered() throws {
    let link = try world.addLink()
    let booking = try world.add(world.booking(of: link, at: StoreWorld.slot(60)), of: link).id
    try world.store.record(delivery(.byProvider, booking: booking))
    try world.store.record(delivery(.sent, key: "other", booking: booking, recipient: "host"))
    #expect(try world.store.isToldByProvider(booking, recipient: "guest"))
    #expect(try !world.store.isToldByProvider(booking, recipient: "host"))
    #expect(try world.store.deliveries(of: booking).count == 2)
  }

  private func send(_ email: String, day: String = "2026-03-02", limit: Int = 10) throws
    -> LinkMail?
  {
    let job = NewJob(
      kind: .invitation, payload: ["version": 1], organization: StoreWorld.organization.text)
    return try world.store.sendLink(
      LinkID("lnk_1"), to: email, day: day, job: job, limit: limit, within: .days(1))
  }

  @Test func aLinkIsSentToAPersonOnceADay() throws {
    try world.addLink()
    let first = try #require(try send("Sarah@guest.example"))
    #expect(!first.isRepeat)
    #expect(try send("sarah@GUEST.example") == LinkMail(job: first.job, isRepeat: true))
    let tomorrow = try #require(try send("sarah@guest.example", day: "2026-03-03"))
    #expect(!tomorrow.isRepeat && tomorrow.job != first.job)
  }

  @Test func linksAreNotMailedWithoutEnd() throws {
    try world.addLink()
    #expect(try send("a@guest.example", limit: 2) != nil)
    #expect(try send("b@guest.example", limit: 2) != nil)
    #expect(try send("c@guest.example", limit: 2) == nil)
    #expect(try send("a@guest.example", limit: 2)?.isRepeat == true, "a repeat is no mail")
    world.time.advance(.days(1) + .seconds(1))
    #expect(try send("c@guest.example", limit: 2) != nil)
  }

  @Test func oldMailIsForgottenUnlessItIsABookings() throws {
    let link = try world.addLink()
    let booking = try world.add(world.booking(of: link, at: StoreWorld.slot(60)), of: link).id
    try world.store.record(delivery(.sent, key: "old"))
    try world.store.record(delivery(.sent, key: "kept", booking: booking))
    #expect(try send("a@guest.example") != nil)
    world.time.advance(.days(1))
    try world.store.record(delivery(.sent, key: "new"))
    while try world.store.pruneMail(before: world.time.now() - .hours(1)) {}
    #expect(try world.store.delivery("old") == nil)
    #expect(try world.store.delivery("kept") != nil && world.store.delivery("new") != nil)
    #expect(try send("a@guest.example")?.isRepeat == false)
  }
}
