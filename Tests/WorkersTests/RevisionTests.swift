import Bookings
import Core
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// What every message about a booking says of which event it means, and which change of it.
@Suite struct RevisionTests {
  private func property(_ name: String, in text: String) -> String? {
    text.split(separator: "\r\n").first { $0.hasPrefix("\(name):") }
      .map { String($0.dropFirst(name.count + 1)) }
  }

  @Test("S33 One UID for life, and a SEQUENCE that each change raises, in mail and calendar alike")
  func identity() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    var uids = Set(world.calendar.events.map(\.uid))
    var sequences = world.calendar.events.map(\.sequence)
    for start in ["2026-03-10T19:00:00Z", "2026-03-11T09:30:00Z"] {
      try world.stored.reschedule(id, to: start)
      try world.performAll()
      uids.formUnion(world.calendar.events.map(\.uid))
      sequences += world.calendar.events.map(\.sequence)
    }
    try world.stored.cancel(id)
    try world.performAll()
    #expect(sequences == [0, 1, 2])

    let invitations = world.outbox.messages.compactMap { $0.invitation?.text }
    #expect(invitations.count == 4)
    #expect(
      invitations.map { property("METHOD", in: $0) } == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"])
    #expect(invitations.map { property("SEQUENCE", in: $0) } == ["0", "1", "2", "3"])
    uids.formUnion(invitations.compactMap { property("UID", in: $0) })
    #expect(uids.count == 1)
  }

  @Test("S5 two moves of a single-use booking: one spend, one booking, one event")
  func singleUse() throws {
    let world = try HandlerWorld()
    try world.stored.addLink("once", kind: .singleUse)
    let id = try world.stored.book("2026-03-10T17:00:00Z", on: "once")
    try world.performAll()
    let uid = world.calendar.events.map(\.uid)
    for start in ["2026-03-10T19:00:00Z", "2026-03-11T09:30:00Z"] {
      try world.stored.reschedule(id, to: start)
      try world.performAll()
      #expect(try world.stored.booking(id).time.start == instant(start))
    }
    #expect(world.calendar.events.map(\.uid) == uid)
    #expect(try world.stored.bookings().map(\.id) == [id])
    #expect(try world.stored.link("once").state == .spent)
    #expect(
      try world.stored.store.spends(of: world.stored.link("once").id, before: nil, limit: 10)
        .map(\.release) == [nil])
  }
}
