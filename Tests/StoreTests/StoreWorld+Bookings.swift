import Bookings
import Core
import Intake
import Queue
import SQLite
import Store
import TestSupport

extension StoreWorld {
  /// Adds a link of the first host, unless said otherwise.
  @discardableResult
  func addLink(
    _ id: String = "lnk_1", slug: String? = nil, kind: Link.Kind = .recurring,
    organization: OrganizationID = StoreWorld.organization, host: LinkHost = StoreWorld.host,
    calendar: CalendarID = StoreWorld.calendar, title: String = "Intro call"
  ) throws -> Link {
    let week = WeeklyWindow(days: Set(Weekday.allCases), fromMinute: 0, toMinute: 1440)
    let link = Link(
      id: LinkID(id), organization: organization, host: host, slug: slug ?? "slug-\(id)",
      kind: kind,
      settings: LinkSettings(title: title, timeZone: "UTC", weekly: [week]), destination: calendar,
      conflicts: [], createdAt: time.now(), updatedAt: time.now())
    try store.insert(link)
    return link
  }

  /// The slot of half an hour that starts so many minutes after the clock's start.
  static func slot(_ minutes: Int) -> Interval {
    Interval(start: HandTurnedTime.start + .minutes(minutes), duration: .minutes(30))
  }

  /// A booking under `link` that nobody has stored yet, with 5 minutes kept before and 10 after it.
  func booking(
    _ id: String = "bkg_1", of link: Link, at slot: Interval, state: BookingState = .pending
  ) -> Booking {
    Booking(
      id: BookingID(id), organization: link.organization, link: link.id,
      calendar: link.destination, state: state, revision: 0, time: slot,
      details: BookingDetails(
        title: link.settings.title, location: "", guestTimeZone: "UTC", hostTimeZone: "UTC",
        guest: Guest(name: "Grace", email: "Grace@example.com"), bufferBeforeMinutes: 5,
        bufferAfterMinutes: 10),
      createdAt: time.now(), updatedAt: time.now())
  }

  /// Stores a booking in any state, in the way in which bookings come to it; a single-use link is spent.
  @discardableResult
  func add(_ booking: Booking, of link: Link, asking requested: Interval? = nil) throws -> Booking {
    try store.transact { ledger in
      if link.kind == .singleUse { _ = try ledger.spend(link.id, for: booking.id) }
      var booking = booking
      if booking.state == .rescheduling {
        booking.state = .confirmed
        try ledger.insert(booking)
        booking.state = .rescheduling
        booking.requestedTime = requested
        try ledger.update(booking, after: .rescheduleRequested, by: .guest)
      } else {
        try ledger.insert(booking)
      }
      return booking
    }
  }

  func claims(on calendar: CalendarID = StoreWorld.calendar) throws -> [Interval] {
    let everything = Interval(
      start: HandTurnedTime.start - .days(30), end: HandTurnedTime.start + .days(30))
    return try store.claims(on: [calendar], during: everything, excluding: nil)
  }

  struct Spend: Equatable {
    let link: String
    let booking: String
    let reason: String?
  }

  func spends() throws -> [Spend] {
    try rows("SELECT link_id, booking_id, release_reason FROM spends ORDER BY id") {
      Spend(link: $0.string(0), booking: $0.string(1), reason: $0.optionalString(2))
    }
  }
}

extension Store {
  /// Keeps what `change` makes of a link as its next revision.
  @discardableResult
  func change(
    _ link: Link, _ verb: LinkOperation.Verb = .update, _ change: (inout Link) -> Void
  ) throws -> Link {
    var changed = link
    change(&changed)
    changed.revision += 1
    _ = try keep(
      changed, replacing: link.revision, as: LinkOperation(verb, by: "key_1"))
    return changed
  }

  func delete(_ link: Link) throws { try change(link, .delete) { $0.state = .deleted } }
}
