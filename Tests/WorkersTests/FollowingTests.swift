import Bookings
import Calendars
import Core
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// What hosts do by hand in their calendars, from the notice to what guests are told.
@Suite struct FollowingTests {
  private let agreed = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let later = Interval(start: instant("2026-03-11T09:00:00Z"), duration: .minutes(30))

  /// A confirmed booking on a calendar that was read since.
  private func followed(
    _ calendar: FakeCalendar = FakeCalendar(), reminders: [Int] = []
  ) throws -> (world: HandlerWorld, id: BookingID) {
    let world = try HandlerWorld(calendar: calendar, reminders: reminders)
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    try world.performReady()
    try world.follow()
    return (world, id)
  }

  private func key(_ id: BookingID) -> EventKey { EventKey(booking: id, generation: 0) }

  private func changes(_ world: HandlerWorld, _ id: BookingID) throws -> [BookingChange] {
    try world.stored.store.history(of: id).map(\.change)
  }

  private func firstWords(_ world: HandlerWorld) -> [String] {
    world.subjects.map { String($0.prefix { $0 != ":" }) }
  }

  @Test("S18 Owner deletes event: after the grace it is cancelled, and the guest told once")
  func deleted() throws {
    let (world, id) = try followed()
    world.calendar.deleteByHand(key(id))
    for _ in 1...3 { try world.stored.store.followNow(StoredWorld.work.id) }
    try world.follow()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(try world.stored.jobs(.follow).count == 2)
    #expect(try world.stored.jobs(.observe).count == 2)
    world.stored.time.advance(.seconds(59))
    try world.performReady()
    #expect(try world.stored.booking(id).state == .confirmed)

    world.stored.time.advance(.seconds(1))
    try world.performReady()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .cancelled)
    #expect(booking.revision == 1)
    #expect(booking.reason == "The host has taken this meeting off the calendar.")
    let last = try #require(try world.stored.store.history(of: id).last)
    #expect(last.change == .cancelledInCalendar && last.actor == .host)
    #expect(try world.stored.claims().isEmpty)
    #expect(firstWords(world) == ["Confirmed", "Cancelled"])
    #expect(world.letters(to: "host").count == 1)
    #expect(world.calendar.effects == [.create])

    // The same again, as notices come: nothing is left to happen.
    for _ in 1...3 { try world.stored.store.followNow(StoredWorld.work.id) }
    try world.performAll()
    #expect(firstWords(world) == ["Confirmed", "Cancelled"])
  }

  @Test("S18 Phantom deletion: the list says gone and the event is there: nothing changes")
  func phantom() throws {
    let (world, id) = try followed()
    world.calendar.sayThatAllIsGone()
    try world.follow()
    try world.performAll()
    #expect(try changes(world, id) == [.booked, .confirmed])
    #expect(firstWords(world) == ["Confirmed"])
    #expect(!world.lines.named("phantomDeletion").isEmpty)
  }

  @Test("S18 Three duplicate notices cause one job, also while it runs")
  func duplicates() throws {
    let (world, id) = try followed()
    world.calendar.moveByHand(key(id), to: later)
    let before = try world.stored.jobs(.follow).count
    let store = world.stored.store
    let first = try store.followNow(StoredWorld.work.id)
    #expect(try store.followNow(StoredWorld.work.id) == first)
    #expect(try store.followNow(StoredWorld.work.id) == first)
    world.stored.time.advance(.seconds(1))
    let running = try #require(try world.claimNext())
    // What it reads may be older than this notice; so one more reading, however many say so.
    let second = try store.followNow(StoredWorld.work.id)
    #expect(second != first)
    #expect(try store.followNow(StoredWorld.work.id) == second)
    try world.pool.carryOutAndWait(running)
    try world.performAll()
    #expect(try world.stored.jobs(.follow).count == before + 2)
    #expect(try changes(world, id) == [.booked, .confirmed, .movedInCalendar])
  }

  @Test("what the host moves is followed: both times are told, nothing is written back")
  func moved() throws {
    let (world, id) = try followed()
    world.calendar.moveByHand(key(id), to: later)
    try world.follow()
    #expect(try world.stored.booking(id).time == agreed)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed && booking.time == later && booking.revision == 1)
    #expect(try world.stored.claims() == [later])
    #expect(world.calendar.effects == [.create])
    let letter = try #require(world.letters(to: "guest").last)
    #expect(letter.plainText.contains("Wednesday 11 March 2026"))
    #expect(letter.plainText.contains("Tuesday 10 March 2026"))
    #expect(letter.invitation != nil)
    #expect(world.letters(to: "host").count == 1)
    // It can be moved and cancelled from there.
    try world.stored.reschedule(id, to: "2026-03-12T10:00:00Z")
    try world.performAll()
    #expect(try world.stored.booking(id).time.start == instant("2026-03-12T10:00:00Z"))
    #expect(world.calendar.events.map(\.sequence) == [2])
  }

  @Test("moved twice: the guest is told of each that lasted, and of none that did not")
  func movedTwice() throws {
    let (world, id) = try followed()
    let second = Interval(start: later.start + .hours(2), duration: .minutes(30))
    world.calendar.moveByHand(key(id), to: later)
    try world.follow()
    world.stored.time.advance(.seconds(30))
    world.calendar.moveByHand(key(id), to: second)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == second)
    #expect(firstWords(world) == ["Confirmed", "Moved"])

    world.calendar.moveByHand(key(id), to: later)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(firstWords(world) == ["Confirmed", "Moved", "Moved"])
    #expect(try world.stored.booking(id).revision == 2)
  }

  @Test("what is taken back within the grace has not happened", arguments: [true, false])
  func takenBack(_ wasDeleted: Bool) throws {
    let (world, id) = try followed()
    let event = try #require(world.calendar.events.first)
    if wasDeleted {
      world.calendar.deleteByHand(key(id))
    } else {
      world.calendar.moveByHand(key(id), to: later)
    }
    try world.follow()
    world.stored.time.advance(.seconds(30))
    world.calendar.restore(event, key(id))
    try world.follow()
    try world.performAll()
    #expect(try changes(world, id) == [.booked, .confirmed])
    #expect(firstWords(world) == ["Confirmed"])
    #expect(!world.lines.named("changeTakenBack").isEmpty)
  }

  @Test("what we have written ourselves is ours")
  func ours() throws {
    let (world, id) = try followed()
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performReady()
    try world.follow()
    try world.performAll()
    #expect(try changes(world, id) == [.booked, .confirmed, .rescheduleRequested, .moved])
    #expect(firstWords(world) == ["Confirmed", "Moved"])
  }

  @Test("while we have it in hand nothing is believed, and a guest's change goes through meanwhile")
  func inHand() throws {
    let (world, id) = try followed()
    world.calendar.deleteByHand(key(id))
    try world.follow()
    try world.stored.cancel(id)
    try world.performReady()
    #expect(try world.stored.booking(id).state == .cancelled)
    try world.performAll()
    #expect(try changes(world, id) == [.booked, .confirmed, .cancelRequested, .cancelled])
    #expect(firstWords(world) == ["Confirmed", "Cancelled"])

    let other = try world.confirmed("2026-03-12T17:00:00Z")
    try world.follow()
    try world.stored.reschedule(other, to: "2026-03-12T19:00:00Z")
    world.calendar.fail(.move, .loseAnswer)
    world.calendar.fail(.event, .refuse(.transient), times: 3)
    try world.performReady()
    // The event stands at the new time, and the booking does not say so yet.
    #expect(try world.stored.booking(other).state == .rescheduling)
    try world.follow()
    try world.performAll()
    #expect(
      try changes(world, other) == [.booked, .confirmed, .rescheduleRequested, .moved])
  }

  @Test("S18 A guest who moves what the host has deleted hears that it is cancelled")
  func movedByGuestAndDeletedByHost() throws {
    let (world, id) = try followed()
    world.calendar.deleteByHand(key(id))
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performReady()
    #expect(try world.stored.booking(id).state == .rescheduling)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .cancelled && booking.revision == 2)
    #expect(booking.reason == "The host has taken this meeting off the calendar.")
    #expect(try world.stored.store.history(of: id).last?.actor == .host)
    #expect(firstWords(world) == ["Confirmed", "Cancelled"])
    #expect(try world.stored.claims().isEmpty)
  }

  @Test("an event that comes back while it is to be moved is moved")
  func comesBack() throws {
    let (world, id) = try followed()
    let event = try #require(world.calendar.events.first)
    world.calendar.deleteByHand(key(id))
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performReady()
    world.calendar.restore(event, key(id))
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(firstWords(world) == ["Confirmed", "Moved"])
  }

  @Test("a deletion during our downtime is seen afterwards, also where positions are forgotten")
  func downtime() throws {
    for forgets in [false, true] {
      let (world, id) = try followed()
      if forgets { world.calendar.forgetPositions() }
      world.calendar.deleteByHand(key(id))
      let next = try world.restarted()
      next.stored.time.advance(.hours(3))
      try next.follow()
      try next.performAll()
      #expect(try next.stored.booking(id).state == .cancelled)
    }
  }

  @Test("bookings from before events had names are looked at once, and have one then")
  func before() throws {
    let (world, id) = try followed()
    try world.stored.run("UPDATE bookings SET event_id = NULL")
    world.calendar.deleteByHand(key(id))
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)

    let other = try world.confirmed("2026-03-12T17:00:00Z")
    try world.stored.run("UPDATE bookings SET event_id = NULL")
    try world.follow()
    try world.performAll()
    let named = try world.stored.store.bookings(
      ofEvents: [key(other).text], on: StoredWorld.work.id)
    #expect(named.map(\.id) == [other])
  }

  @Test("a whole calendar that is gone is for a person to decide")
  func calendarGone() throws {
    let (world, id) = try followed()
    world.calendar.deleteCalendar()
    try world.follow()
    try world.performAll()
    #expect(try changes(world, id) == [.booked, .confirmed])
    #expect(try world.stored.jobs(.observe).last?.state == .discarded)
  }

  @Test(
    "an event made longer, shorter or all of a day keeps the host's interval",
    arguments: [15, 90, 1440])
  func lengthened(_ minutes: Int) throws {
    let (world, id) = try followed()
    let time = Interval(start: agreed.start, duration: .minutes(minutes))
    world.calendar.moveByHand(key(id), to: time)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == time)
    #expect(try world.stored.claims() == [time])
    #expect(firstWords(world) == ["Confirmed", "Moved"])
    let text = try #require(world.letters(to: "guest").last?.plainText)
    #expect(text.contains("17:00") && text.contains("17:30"))
  }

  @Test("what has begun is not cancelled afterwards, and what is over is left alone")
  func begun() throws {
    let (world, id) = try followed()
    world.stored.time.advance(to: agreed.start + .minutes(1))
    world.calendar.deleteByHand(key(id))
    try world.follow()
    try world.performAll()
    #expect(try changes(world, id) == [.booked, .confirmed])
    world.stored.time.advance(to: agreed.end)
    #expect(try world.stored.store.followNow(StoredWorld.work.id) == nil)
  }

  @Test("a meeting put off after it should have begun is put off")
  func putOff() throws {
    let (world, id) = try followed()
    world.stored.time.advance(to: agreed.start + .minutes(1))
    world.calendar.moveByHand(key(id), to: later)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(firstWords(world) == ["Confirmed", "Moved"])
  }

  @Test("reminders follow the host's hand")
  func reminders() throws {
    let (world, id) = try followed(reminders: [60])
    world.calendar.moveByHand(key(id), to: later)
    try world.follow()
    try world.performAll()
    #expect(firstWords(world) == ["Confirmed", "Moved", "Reminder"])
    #expect(world.stored.time.now() >= later.start - .hours(1))
  }

  @Test(
    "a guest whom the provider invites is told in words, since nobody knows whether it has told")
  func inWords() throws {
    let (world, id) = try followed(FakeCalendar(invitesGuests: true))
    #expect(world.toGuests.isEmpty)
    world.calendar.moveByHand(key(id), to: later)
    try world.follow()
    try world.performAll()
    #expect(firstWords(world) == ["Moved"])
    #expect(world.toGuests.allSatisfy { $0.invitation == nil })
  }

  @Test("a guest's answer is taken down at the same reading, and a declined meeting stays")
  func answers() throws {
    let (world, id) = try followed()
    world.calendar.answer(
      StoredGuest(email: "sam@guest.example", answer: .declined, isTold: true))
    try world.follow()
    try world.performAll()
    #expect(try world.stored.store.answers(of: id).map(\.word) == [.declined])
    #expect(world.letters(to: "host").map { String($0.subject.prefix(8)) }.last == "Declined")
    #expect(try changes(world, id) == [.booked, .confirmed])
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
    #expect(try changes(world, id) == [.booked, .confirmed])
  }

  @Test("a SEQUENCE that the host's program has raised is not in the guest's way")
  func sequence() throws {
    let (world, id) = try followed()
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
    let (world, id) = try followed()
    world.calendar.deleteByHand(key(id))
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
    let (world, id) = try followed()
    world.calendar.moveByHand(key(id), to: later)
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
      try changes(world, id) == [.booked, .confirmed, .rescheduleRequested, .moved])
    #expect(world.calendar.events.map(\.interval.start) == [instant("2026-03-12T10:00:00Z")])
    #expect(firstWords(world) == ["Confirmed", "Moved"])
  }
}
