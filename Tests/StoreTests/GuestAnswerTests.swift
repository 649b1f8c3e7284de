import Bookings
import Core
import Store
import TestSupport
import Testing

/// The latest answer of each guest (RFC 5546 section 2.1.5).
@Suite struct GuestAnswerTests {
  private let world: StoreWorld
  private let booking: BookingID

  init() throws {
    world = try StoreWorld()
    let link = try world.addLink()
    booking = try world.add(world.booking(of: link, at: StoreWorld.slot(60)), of: link).id
  }

  private func record(_ word: GuestAnswer.Word, sequence: Int, at: String) throws -> Bool {
    try world.store.record(
      GuestAnswer(
        booking: booking, email: "Sam@guest.example", word: word, sequence: sequence,
        answeredAt: instant(at)))
  }

  @Test func aLaterAnswerWinsHoweverTheyArrive() throws {
    #expect(try record(.accepted, sequence: 0, at: "2026-03-02T10:00:00Z"))
    #expect(try record(.declined, sequence: 0, at: "2026-03-02T12:00:00Z"))
    #expect(try !record(.tentative, sequence: 0, at: "2026-03-02T11:00:00Z"))
    #expect(try world.store.answers(of: booking).map(\.word) == [.declined])
    // An answer to an earlier invitation says nothing of the new time.
    #expect(try record(.accepted, sequence: 1, at: "2026-03-02T09:00:00Z"))
    #expect(try !record(.declined, sequence: 0, at: "2026-03-03T09:00:00Z"))
    #expect(try world.store.answers(of: booking).map(\.sequence) == [1])
  }

  @Test func theSameAnswerAgainIsNoNews() throws {
    #expect(try record(.declined, sequence: 0, at: "2026-03-02T10:00:00Z"))
    #expect(try !record(.declined, sequence: 0, at: "2026-03-02T12:00:00Z"))
  }
}
