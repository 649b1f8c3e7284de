import Bookings
import Calendars
import Core
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// What hosts do by hand, where something comes in between: a guest, the clock, a crash, a provider's own
/// ways.
@Suite struct FollowingFaultTests {
  private let agreed = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let later = Interval(start: instant("2026-03-11T09:00:00Z"), duration: .minutes(30))

  @Test("S18 A guest who moves what the host has deleted hears that it is cancelled")
  func movedByGuestAndDeletedByHost() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.deleteByHand(EventKey(of: id))
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performReady()
    #expect(try world.stored.booking(id).state == .rescheduling)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .cancelled && booking.revision == 2)
    #expect(booking.reason == "The host has taken this meeting off the calendar.")
    #expect(try world.stored.store.history(of: id).last?.actor == .host)
    #expect(world.firstWords == ["Confirmed", "Cancelled"])
    #expect(try world.stored.claims().isEmpty)
  }

  @Test("an event that comes back while it is to be moved is moved")
  func comesBack() throws {
    let (world, id) = try HandlerWorld.followed()
    let event = try #require(world.calendar.events.first)
    world.calendar.deleteByHand(EventKey(of: id))
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performReady()
    world.calendar.restore(event, EventKey(of: id))
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(world.firstWords == ["Confirmed", "Moved"])
  }

  @Test("a deletion during our downtime is seen afterwards, also where positions are forgotten")
  func downtime() throws {
    for forgets in [false, true] {
      let (world, id) = try HandlerWorld.followed()
      if forgets { world.calendar.forgetPositions() }
      world.calendar.deleteByHand(EventKey(of: id))
      let next = try world.restarted()
      next.stored.time.advance(.hours(3))
      try next.follow()
      try next.performAll()
      #expect(try next.stored.booking(id).state == .cancelled)
    }
  }

  @Test("bookings from before events had names are looked at once, and have one then")
  func before() throws {
    let (world, id) = try HandlerWorld.followed()
    try world.stored.run("UPDATE bookings SET event_id = NULL")
    world.calendar.deleteByHand(EventKey(of: id))
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)

    let other = try world.confirmed("2026-03-12T17:00:00Z")
    try world.stored.run("UPDATE bookings SET event_id = NULL")
    try world.follow()
    try world.performAll()
    let named = try world.stored.store.bookings(
      ofEvents: [EventKey(of: other).text], on: StoredWorld.work.id)
    #expect(named.map(\.id) == [other])
  }

  @Test("a whole calendar that is gone is for a person to decide")
  func calendarGone() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.deleteCalendar()
    try world.follow()
    try world.performAll()
    #expect(try world.changes(id) == [.booked, .confirmed])
    #expect(try world.stored.jobs(.observe).last?.state == .discarded)
  }

  @Test(
    "an event made longer, shorter or all of a day keeps the host's interval",
    arguments: [15, 90, 1440])
  func lengthened(_ minutes: Int) throws {
    let (world, id) = try HandlerWorld.followed()
    let time = Interval(start: agreed.start, duration: .minutes(minutes))
    world.calendar.moveByHand(EventKey(of: id), to: time)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == time)
    #expect(try world.stored.claims() == [time])
    #expect(world.firstWords == ["Confirmed", "Moved"])
    let text = try #require(world.letters(to: "guest").last?.plainText)
    #expect(text.contains("17:00") && text.contains("17:30"))
  }

  @Test("what has begun is not cancelled afterwards, and what is over is left alone")
  func begun() throws {
    let (world, id) = try HandlerWorld.followed()
    world.stored.time.advance(to: agreed.start + .minutes(1))
    world.calendar.deleteByHand(EventKey(of: id))
    try world.follow()
    try world.performAll()
    #expect(try world.changes(id) == [.booked, .confirmed])
    world.stored.time.advance(to: agreed.end)
    #expect(try world.stored.store.followNow(StoredWorld.work.id) == nil)
  }

  @Test("a meeting put off after it should have begun is put off")
  func putOff() throws {
    let (world, id) = try HandlerWorld.followed()
    world.stored.time.advance(to: agreed.start + .minutes(1))
    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(world.firstWords == ["Confirmed", "Moved"])
  }

  @Test("reminders follow the host's hand")
  func reminders() throws {
    let (world, id) = try HandlerWorld.followed(reminders: [60])
    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    try world.performAll()
    #expect(world.firstWords == ["Confirmed", "Moved", "Reminder"])
    #expect(world.stored.time.now() >= later.start - .hours(1))
  }

  @Test(
    "a guest whom the provider invites is told in words, since nobody knows whether it has told")
  func inWords() throws {
    let (world, id) = try HandlerWorld.followed(FakeCalendar(invitesGuests: true))
    #expect(world.toGuests.isEmpty)
    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    try world.performAll()
    #expect(world.firstWords == ["Moved"])
    #expect(world.toGuests.allSatisfy { $0.invitation == nil })
  }

  @Test("a guest's answer is taken down at the same reading, and a declined meeting stays")
  func answers() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.answer(
      StoredGuest(email: "sam@guest.example", answer: .declined, isTold: true))
    try world.follow()
    try world.performAll()
    #expect(try world.stored.store.answers(of: id).map(\.word) == [.declined])
    #expect(world.letters(to: "host").map { String($0.subject.prefix(8)) }.last == "Declined")
    #expect(try world.changes(id) == [.booked, .confirmed])
  }

  @Test("a video meeting that is ready late is learned, for the booking's life")
  func conference() throws {
    let world = try HandlerWorld()
    world.calendar.setConference(.pending)
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    try world.performReady()
    #expect(try world.stored.booking(id).conferenceURL == nil)
    world.calendar.setConference(.ready(url: "https://meet.example/abc"))
    try world.performAll()
    #expect(try world.stored.booking(id).conferenceURL == "https://meet.example/abc")
    #expect(try world.stored.booking(id).revision == 0)
    #expect(try world.changes(id) == [.booked, .confirmed])
  }

  @Test("a SEQUENCE that the host's program has raised is not in the guest's way")
  func sequence() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.changeEvents { $0.sequence = 4 }
    try world.follow()
    try world.performAll()
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(world.calendar.events.map(\.sequence) == [5])
  }

  @Test("an account that needs its owner parks the reading, and nobody is mailed for it")
  func needsOwner() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.deleteByHand(EventKey(of: id))
    world.calendar.setOutage(.needsOwner)
    try world.follow()
    #expect(try world.stored.jobs(.follow).last?.state == .parked)
    #expect(world.letters(to: "host").count == 1)
    world.calendar.setOutage(nil)
    _ = try world.stored.store.resetLane(LaneID(rawValue: StoredWorld.work.connection.text))
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
  }

  @Test("what is found while the guest moves the booking is void")
  func overtaken() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    world.stored.time.advance(.seconds(60))
    let look = try #require(try world.claimNext())
    world.store.beforeNextFinish {
      _ = try? world.stored.reschedule(id, to: "2026-03-12T10:00:00Z")
    }
    try world.pool.carryOutAndWait(look)
    #expect(try world.stored.booking(id).state == .rescheduling)
    try world.performAll()
    #expect(
      try world.changes(id) == [.booked, .confirmed, .rescheduleRequested, .moved])
    #expect(world.calendar.events.map(\.interval.start) == [instant("2026-03-12T10:00:00Z")])
    #expect(world.firstWords == ["Confirmed", "Moved"])
  }
}
