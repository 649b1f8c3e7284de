import Bookings
import Testing

@testable import Calendars

struct EventKeyTests {
  @Test("the vector of the provider notes")
  func vector() {
    let key = EventKey(seed: "booking/7f3c/attempt-set-1")
    #expect(key.text == "bkt4ps916uc6vfpfddfhfv0bmt92783p7i")
  }

  @Test func followsFromBookingAndGeneration() {
    let booking = BookingID("bkg_1")
    let key = EventKey(booking: booking, generation: 1)
    #expect(key == EventKey(booking: booking, generation: 1))
    #expect(key != EventKey(booking: booking, generation: 2))
    #expect(key != EventKey(booking: BookingID("bkg_2"), generation: 1))
    #expect(key.text.count == 34)
    #expect(key.uid(domain: "book.example.com") == "\(key.text)@book.example.com")
  }

  @Test("of any UID it can be told whether it is one of ours")
  func inUIDs() {
    let key = EventKey(booking: BookingID("bkg_1"), generation: 1)
    #expect(EventKey.text(inUID: key.uid(domain: "book.example.com")) == key.text)
    #expect(EventKey.text(inUID: "\(key.text)@") == key.text)
    for other in [
      "", "@", key.text, "\(key.text)0@book.example.com", "\(key.text.dropLast())@example.com",
      "\(key.text.uppercased())@example.com", "bk@example.com",
      "bkwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww@example.com", "x\(key.text)@example.com",
    ] {
      #expect(EventKey.text(inUID: other) == nil)
    }
  }
}
