import Bookings
import Core
import StoreTestSupport

// What the host does in the calendar, and who hears of it.

extension Simulation {
  /// One of our events is moved, made longer, or deleted; or the provider says so of events that are there.
  func changeByHand() {
    guard let key = one(of: outside.calendar.keys), let event = outside.calendar.event(key) else {
      return
    }
    switch pick(8) {
    case 0...2:
      outside.calendar.deleteByHand(key)
      note("the host deletes \(key)")
    case 3...5:
      // Upon another meeting as well as to a free time.
      let time = Interval(start: someSlot(), duration: .minutes([15, 30, 90][pick(3)]))
      outside.calendar.moveByHand(key, to: time)
      note("the host moves \(key) to \(time)")
    case 6:
      outside.calendar.sayThatAllIsGone()
      note("the provider calls gone what is there")
      return
    default:
      outside.calendar.forgetPositions()
      note("the provider forgets how far it has told us")
      return
    }
    touched.insert(event.uid)
  }

  /// The provider calls, or a poll is due; for a calendar without bookings that means nothing.
  func notice() throws {
    for _ in 0...pick(3) {
      for calendar in [StoredWorld.work, StoredWorld.home] {
        try someone.stored.store.followNow(calendar.id)
      }
    }
    note("calendars are said to have changed")
  }
}
