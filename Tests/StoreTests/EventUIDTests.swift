import Bookings
import Core
import Testing

@testable import Store

@Suite struct EventUIDTests {
  private let world: StoreWorld
  private let first: BookingID
  private let second: BookingID

  init() throws {
    world = try StoreWorld()
    let link = try world.addLink()
    first = try world.add(
      world.booking("bkg_1", of: link, at: StoreWorld.slot(60), state: .confirmed), of: link
    ).id
    second = try world.add(
      world.booking("bkg_2", of: link, at: StoreWorld.slot(600)), of: link
    ).id
  }

  @Test func aUIDLeadsToItsBookingAndStaysWithIt() throws {
    let store = world.store
    #expect(try store.booking(uid: "a@b") == nil)
    try store.keep(uid: "a@b", of: first)
    try store.keep(uid: "a@b", of: second)
    try store.keep(uid: "other@provider", of: first)
    #expect(try store.booking(uid: "a@b") == first)
    #expect(try store.booking(uid: "other@provider") == first)
    #expect(try store.booking(uid: "A@b") == nil)
  }

  @Test func meetingsToComeFromBeforeAreCaughtUpOnce() throws {
    for _ in 1...2 { try world.store.keepEarlierUIDs { "\($0)@b" } }
    #expect(try world.store.booking(uid: "\(first)@b") == first)
    // What is confirmed from now on comes with its UIDs.
    #expect(try world.store.booking(uid: "\(second)@b") == nil)
    try world.store.keepEarlierUIDs { _ in
      Issue.record("asked again")
      return ""
    }
  }
}
