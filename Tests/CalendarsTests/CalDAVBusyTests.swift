import Bookings
import Calendars
import Core
import Testing

/// What other people's events take of the owner's time, put into a real server and read back.
struct CalDAVBusyTests {
  let account: CalDAVAccount
  let calendar: Calendar

  init() throws {
    account = try CalDAVAccount()
    calendar = try account.calendar(timeZone: "Europe/Berlin")
  }

  @Test("S22 weekly at 09:00 keeps its wall time across the change of clocks")
  func recurring() throws {
    try account.put(
      """
      DTSTART;TZID=America/New_York:20260302T090000
      DTEND;TZID=America/New_York:20260302T100000
      RRULE:FREQ=WEEKLY;COUNT=3
      """, uid: "weekly", in: calendar)
    #expect(
      try busy("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z") == [
        BusyInterval(
          interval: try interval("2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z"), uid: "weekly"),
        BusyInterval(
          interval: try interval("2026-03-09T13:00:00Z", "2026-03-09T14:00:00Z"), uid: "weekly"),
        BusyInterval(
          interval: try interval("2026-03-16T13:00:00Z", "2026-03-16T14:00:00Z"), uid: "weekly"),
      ])
  }

  @Test("an instance that was moved, one that was cancelled and one that was left out")
  func overridden() throws {
    try account.put(
      """
      DTSTART;TZID=Europe/Berlin:20260601T100000
      DTEND;TZID=Europe/Berlin:20260601T110000
      RRULE:FREQ=DAILY;COUNT=4
      EXDATE;TZID=Europe/Berlin:20260604T100000

      RECURRENCE-ID;TZID=Europe/Berlin:20260602T100000
      DTSTART;TZID=Europe/Berlin:20260602T150000
      DTEND;TZID=Europe/Berlin:20260602T160000

      RECURRENCE-ID;TZID=Europe/Berlin:20260603T100000
      DTSTART;TZID=Europe/Berlin:20260603T100000
      DTEND;TZID=Europe/Berlin:20260603T110000
      STATUS:CANCELLED
      """, in: calendar)
    #expect(
      try busy("2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z").map(\.interval) == [
        try interval("2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z"),
        try interval("2026-06-02T13:00:00Z", "2026-06-02T14:00:00Z"),
      ])
  }

  @Test("S28 an all-day event takes the day of its calendar's zone")
  func allDay() throws {
    try account.put("DTSTART;VALUE=DATE:20260710", in: calendar)
    #expect(
      try busy("2026-07-09T00:00:00Z", "2026-07-12T00:00:00Z").map(\.interval) == [
        try interval("2026-07-09T22:00:00Z", "2026-07-10T22:00:00Z")
      ])
    // A window that touches only the part of the day that is the day before in UTC.
    #expect(
      try busy("2026-07-09T22:30:00Z", "2026-07-09T23:00:00Z").map(\.interval) == [
        try interval("2026-07-09T22:00:00Z", "2026-07-10T22:00:00Z")
      ])
  }

  @Test(
    "S28 all-day in zones far from UTC, asked about at the day's edges",
    arguments: [
      ("America/Los_Angeles", "2026-07-11T06:00:00Z", "2026-07-11T06:30:00Z"),
      ("Asia/Kolkata", "2026-07-09T18:30:00Z", "2026-07-09T19:00:00Z"),
    ])
  func allDayAtTheEdges(_ zone: String, _ start: String, _ end: String) throws {
    let calendar = try account.calendar(timeZone: zone)
    try account.put("DTSTART;VALUE=DATE:20260710\nDTEND;VALUE=DATE:20260711", in: calendar)
    let answer = try account.provider().busy(in: [calendar], during: try interval(start, end))
    #expect(try answer[calendar.id]?.get().count == 1)
  }

  @Test func transparentCancelledAndDeclinedTakeNoTime() throws {
    let time = "DTSTART:20260701T100000Z\nDTEND:20260701T110000Z"
    try account.put("\(time)\nTRANSP:TRANSPARENT", in: calendar)
    try account.put("\(time)\nSTATUS:CANCELLED", in: calendar)
    try account.put(
      """
      \(time)
      ORGANIZER:mailto:boss@example.com
      ATTENDEE;PARTSTAT=DECLINED:mailto:Alex@Example.com
      ATTENDEE;PARTSTAT=ACCEPTED:mailto:boss@example.com
      """, in: calendar)
    #expect(try busy("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z") == [])
  }

  @Test func tentativeAndDeclinedByOthersTakeTime() throws {
    try account.put(
      "DTSTART:20260701T100000Z\nDTEND:20260701T110000Z\nSTATUS:TENTATIVE", in: calendar)
    try account.put(
      """
      DTSTART:20260701T120000Z
      DTEND:20260701T130000Z
      ORGANIZER:mailto:alex@example.com
      ATTENDEE;PARTSTAT=DECLINED:mailto:sam@guest.example
      """, in: calendar)
    #expect(try busy("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z").count == 2)
  }

  @Test("an event whose zone nobody knows makes the server's own answer count")
  func unknownZone() throws {
    let zone = """
      BEGIN:VTIMEZONE
      TZID:Somewhere
      BEGIN:STANDARD
      DTSTART:19700101T000000
      TZOFFSETFROM:+0100
      TZOFFSETTO:+0100
      END:STANDARD
      END:VTIMEZONE

      """
    try account.put(
      "DTSTART;TZID=Somewhere:20260701T100000\nDTEND;TZID=Somewhere:20260701T110000",
      zones: zone, in: calendar)
    #expect(
      try busy("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z").map(\.interval) == [
        try interval("2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z")
      ])
  }

  @Test("S9 a calendar that is not there is unreadable and spoils no other")
  func oneOfTwo() throws {
    try account.put("DTSTART:20260701T100000Z\nDTEND:20260701T110000Z", in: calendar)
    let missing = Calendar.sample(
      "cal_gone", url: account.server.url + "/alex/nothing-here/")
    let answer = try account.provider().busy(
      in: [missing, calendar], during: try interval("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z"))
    #expect(throws: ProviderError.self) { try answer[missing.id]?.get() }
    #expect(try answer[calendar.id]?.get().count == 1)
  }

  private func busy(_ start: String, _ end: String) throws -> [BusyInterval] {
    let provider = try account.provider(addresses: ["alex@example.com"])
    let answer = try provider.busy(in: [calendar], during: try interval(start, end))
    return try #require(answer[calendar.id]).get()
  }
}
