import Bookings
import Calendars
import StoreTestSupport
import WorkersTestSupport

extension HandlerWorld {
  /// A confirmed booking on a calendar that was read since.
  static func followed(
    _ calendar: FakeCalendar = FakeCalendar(), reminders: [Int] = []
  ) throws -> (world: HandlerWorld, id: BookingID) {
    let world = try HandlerWorld(calendar: calendar, reminders: reminders)
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    try world.performReady()
    try world.follow()
    return (world, id)
  }

  /// Somebody says that the calendar may have changed; it is read, and what that brings about at once.
  func follow() throws {
    try stored.store.followNow(StoredWorld.work.id)
    stored.time.advance(.seconds(1))
    try performReady()
  }

  func changes(_ id: BookingID) throws -> [BookingChange] {
    try stored.store.history(of: id).map(\.change)
  }

  /// What each message to the guest says first: "Confirmed", "Moved".
  var firstWords: [String] { subjects.map { String($0.prefix { $0 != ":" }) } }
}

extension EventKey {
  init(of booking: BookingID) { self.init(booking: booking, generation: 0) }
}
