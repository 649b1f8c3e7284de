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
}
