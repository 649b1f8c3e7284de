import Bookings
import Calendars
import Core
import ProviderTestSupport
import Testing

/// Google and Outlook mail the guests themselves: once for what concerns them, and never else.
struct SandboxGuestTests {
  static let kinds = [Connection.Provider.google, .outlook]
  let first: Interval
  let second: Interval

  init() throws {
    first = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    second = try interval("2027-01-15T13:00:00Z", "2027-01-15T13:30:00Z")
  }

  @Test("one mail for each change, and none for its repeat", arguments: kinds)
  func mailsOnce(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let draft = EventDraft.sample(at: first)
    let moved = EventDraft.sample(sequence: 1, at: second)
    for _ in 1...2 { _ = try account.provider.create(draft, in: account.calendar) }
    #expect(try account.mails() == ["invitation to sam@guest.example"])
    for _ in 1...2 { _ = try account.provider.move(moved, in: account.calendar) }
    #expect(try account.mails().dropFirst() == ["update to sam@guest.example"])
    for _ in 1...2 { try account.provider.remove(moved, in: account.calendar) }
    #expect(try account.mails().dropFirst(2) == ["cancellation to sam@guest.example"])
    #expect(account.provider.invitesGuests)
  }

  @Test(
    "an event that its owner has put where the guest wants it is not written again",
    arguments: kinds)
  func alreadyThere(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    _ = try account.provider.create(.sample(at: first), in: account.calendar)
    try account.dragEvent(EventDraft.sample(at: first).key, to: second)
    #expect(
      try account.provider.move(.sample(sequence: 1, at: second), in: account.calendar).wasThere)
    #expect(try account.mails().count == 1)
  }

  @Test("a booking costs two calls, a move or a cancel no more than three", arguments: kinds)
  func calls(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let both = [account.calendar, try account.addCalendar("Private", timeZone: "Asia/Tokyo")]
    let draft = EventDraft.sample(at: first)
    let moved = EventDraft.sample(sequence: 1, at: second)
    let day = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z")
    try account.forgetCalls()

    _ = try account.provider.busy(in: both, during: day)
    _ = try account.provider.create(draft, in: account.calendar)
    #expect(try account.methods() == ["POST", "POST"])
    try account.forgetCalls()

    _ = try account.provider.busy(
      in: [account.calendar], during: day, except: OwnEvent(draft.key, in: account.calendar.id))
    _ = try account.provider.move(moved, in: account.calendar)
    #expect(try account.methods() == ["GET", "GET", "PATCH"])
    try account.forgetCalls()

    try account.provider.remove(moved, in: account.calendar)
    #expect(try account.methods() == ["GET", kind == .google ? "DELETE" : "POST"])
  }

  @Test("the event carries what people need, in the calendar's own time zone", arguments: kinds)
  func carries(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind, timeZone: "America/New_York")
    var draft = EventDraft.sample(at: first, timeZone: "America/New_York")
    draft.description = "Booked by Sam\nMove or cancel: https://book.example.com/r/token"
    _ = try account.provider.create(draft, in: account.calendar)
    let event = try #require(try account.liveEvents().first)
    let text = String(decoding: event.serialized(), as: UTF8.self)
    for part in [
      "Intro call", "https://book.example.com/r/token", "Room 1", "sam@guest.example", "Sam Guest",
      draft.key.text,
    ] {
      #expect(text.contains(part), "\(part)")
    }
    if kind == .google {
      #expect(event["start"]?["timeZone"] == "America/New_York")
      #expect(event["start"]?["dateTime"] == "2027-01-15T04:00:00-05:00")
    } else {
      #expect(event["originalStartTimeZone"] == "Eastern Standard Time")
    }
    let stored = try #require(try account.provider.event(draft.key, in: account.calendar))
    #expect(stored.interval == first)
  }

  @Test("a guest's answer does not stand in the way of a move, and is kept", arguments: kinds)
  func answers(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let draft = EventDraft.sample(at: first)
    _ = try account.provider.create(draft, in: account.calendar)
    for answer in GuestAnswer.Word.allCases.reversed() + [.accepted] {
      try account.respond(draft.key, guest: "sam@guest.example", answer.rawValue)
      let stored = try account.provider.event(draft.key, in: account.calendar)
      #expect(stored?.guests.map(\.answer) == [answer])
    }
    _ = try account.provider.move(.sample(sequence: 1, at: second), in: account.calendar)
    let stored = try #require(try account.provider.event(draft.key, in: account.calendar))
    #expect(stored.interval == second)
    #expect(stored.sequence == 1)
    // Exchange asks again when the time changes; Google keeps the answer.
    let answer: GuestAnswer.Word = kind == .google ? .accepted : .needsAction
    #expect(
      stored.guests == [StoredGuest(email: "sam@guest.example", answer: answer, isTold: true)])
  }

  @Test("what the owner has written on the event survives a move", arguments: kinds)
  func keepsTheOwnersWords(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let draft = EventDraft.sample(at: first)
    _ = try account.provider.create(draft, in: account.calendar)
    let name = kind == .google ? "summary" : "subject"
    try account.change(draft.key, [(name, "Bring the contract")])
    _ = try account.provider.move(.sample(sequence: 1, at: second), in: account.calendar)
    #expect(try account.liveEvents().first?[name] == "Bring the contract")
  }

  @Test("a conference's link comes late, and is read back then", arguments: kinds)
  func conference(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    try account.set(["conferenceDelaySeconds": 30])
    var draft = EventDraft.sample(at: first)
    draft.wantsConference = true
    #expect(try account.provider.create(draft, in: account.calendar).conference == .pending)
    try account.advance(seconds: 31)
    let stored = try #require(try account.provider.event(draft.key, in: account.calendar))
    guard case .ready(let url) = stored.reference.conference else {
      Issue.record("\(stored.reference.conference)")
      return
    }
    #expect(url.hasPrefix("https://"))
    // A move leaves it where it is.
    draft.interval = second
    draft.sequence = 1
    #expect(
      try account.provider.move(draft, in: account.calendar).conference == .ready(url: url))
  }

  @Test("without a conference being asked for there is none", arguments: kinds)
  func noConference(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind)
    let draft = EventDraft.sample(at: first)
    #expect(try account.provider.create(draft, in: account.calendar).conference == .none)
  }

  @Test("an account that makes no conferences takes the event all the same")
  func personalAccount() throws {
    let account = try SandboxAccount(.outlook, isPersonal: true)
    var draft = EventDraft.sample(at: first)
    draft.wantsConference = true
    let made = try account.provider.create(draft, in: account.calendar)
    #expect(made.conference == .refused || made.conference == .none)
    #expect(try account.liveEvents().count == 1)
  }

  @Test("calendars tell their zone and whether they can be written to", arguments: kinds)
  func calendars(_ kind: Connection.Provider) throws {
    let account = try SandboxAccount(kind, timeZone: "Asia/Tokyo")
    let readable = try account.addCalendar("Team", timeZone: "Europe/Paris", access: "reader")
    let listed = try account.provider.calendars()
    #expect(listed.count == 2)
    let own = try #require(listed.first { $0.remoteID == account.calendar.remoteID })
    #expect(own.timeZone == "Asia/Tokyo")
    #expect(own.isWritable)
    let team = try #require(listed.first { $0.remoteID == readable.remoteID })
    #expect(!team.isWritable)
    #expect(team.timeZone == (kind == .google ? "Europe/Paris" : "Asia/Tokyo"))
  }
}
