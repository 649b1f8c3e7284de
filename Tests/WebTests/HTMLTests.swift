import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct HTMLTests {
  @Test func escapesTextAndAttributes() {
    let nasty = #"<a href="x" onclick='y'>&amp;"#
    let html = element("p", HTMLAttribute("title", nasty)) { nasty }
    let escaped = "&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;amp;"
    #expect(text(html) == "<p title=\"\(escaped)\">\(escaped)</p>\n")
  }

  @Test func leavesOutAttributesWithoutValue() {
    let input = void(
      "input", HTMLAttribute("name", nil), HTMLAttribute("required"),
      HTMLAttribute("checked", if: false))
    #expect(text(input) == "<input required>")
  }

  @Test func encodesAddresses() {
    let address = pageAddress("/b/a b", ["timeZone": "Etc/GMT+5", "from": nil, "q": "ä&"])
    #expect(address == "/b/a%20b?timeZone=Etc%2FGMT%2B5&q=%C3%A4%26")
  }

  @Test(arguments: [
    ("application/json", true), ("application/json, text/plain, */*", true),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false), ("*/*", false),
    ("", false), ("text/html, application/json;q=0.5", false), ("application/json;q=0", false),
    ("text/html;q=0.5, application/json", true),
  ])
  func negotiates(accept: String, isJSON: Bool) {
    #expect(Request(headers: RequestHeaders(["Accept": accept])).prefersJSON == isJSON)
  }

  private func text(_ html: HTML) -> String { String(decoding: html.bytes, as: UTF8.self) }
}

@Suite struct DateTextTests {
  private let zones = ZoneDatabase()

  @Test(arguments: [
    (0, "00:00", "12:00 AM"), (9, "09:00", "9:00 AM"), (12, "12:00", "12:00 PM"),
    (23, "23:00", "11:00 PM"),
  ])
  func showsBothClocks(hour: Int, hours24: String, hours12: String) {
    let instant = Timestamp(seconds: Int64(hour) * 3600)
    #expect(DateText(zone: .utc, clock: .hours24).time(instant) == hours24)
    #expect(DateText(zone: .utc, clock: .hours12).time(instant) == hours12)
  }

  @Test func namesBothDatesOverMidnight() throws {
    let text = DateText(zone: try zones.zone("Europe/Berlin"), clock: .hours24)
    let late = Interval(start: instantOf("2026-03-09T22:45:00Z"), duration: .minutes(30))
    #expect(text.span(late) == "Monday 9 March 2026, 23:45 – Tuesday 10 March 2026, 00:15")
  }

  @Test func tellsTheTwoHoursApartThatClocksShowTwice() throws {
    let world = try GuestWorld(
      .example {
        $0.weekly = [WeeklyWindow(days: [.sun], fromMinute: 0, toMinute: 180)]
        $0.timeZone = "America/New_York"
        $0.slotIntervalMinutes = 60
      })
    world.clock.stand(at: "2026-10-28T00:00:00Z")
    let page = try world.page("/b/intro?timeZone=America/New_York").text
    #expect(page.contains("01:00<small>UTC-04:00</small>"))
    #expect(page.contains("01:00<small>UTC-05:00</small>"))
    #expect(page.contains("00:00<small>night</small>"))
  }

  @Test(arguments: [("Asia/Kathmandu", "UTC+05:45"), ("America/St_Johns", "UTC-03:30")])
  func showsOddOffsets(zone: String, offset: String) throws {
    let text = DateText(zone: try zones.zone(zone), clock: .hours24)
    #expect(text.offset(at: instantOf("2026-01-10T00:00:00Z")) == offset)
  }
}
