import Bookings
import Core
import TestSupport
import Testing

@testable import Web

@Suite struct GuestPageTests {
  private let form: KeyValuePairs<String, String?> = [
    "start": "2026-03-02T18:00:00Z", "durationMinutes": "30", "timeZone": "Europe/London",
    "key": "form-key-0001", "name": " Ana <b> ", "email": "ana@example.com",
    "notes": "One\r\nTwo",
  ]

  @Test("S24 the page groups by the guest's days; another zone keeps the instants")
  func groupsByTheGuestsDays() throws {
    let world = try GuestWorld(.example())
    let london = try world.page("/b/intro?timeZone=Europe/London")
    #expect(london.status == 200)
    #expect(london.text.contains("<h3>Monday 2 March 2026</h3>"))
    #expect(london.text.contains("Europe/London, UTC+00:00"))
    #expect(london.text.contains("start=2026-03-02T18%3A00%3A00Z"))
    let tokyo = try world.page("/b/intro?timeZone=Asia/Tokyo").text
    #expect(tokyo.contains("<h3>Tuesday 3 March 2026</h3>"))
    #expect(!tokyo.contains("<h3>Monday 2 March 2026</h3>"))
    #expect(tokyo.contains("start=2026-03-02T18%3A00%3A00Z"))
    #expect(tokyo.contains("03:00"))
  }

  @Test("S31 the guest's clock, a mark at night, and the host's time before it is sent")
  func showsBothClocks() throws {
    let world = try GuestWorld(.example())
    let chosen = "/b/intro?timeZone=Asia/Tokyo&start=2026-03-09T17:00:00Z"
    let american = try world.page(chosen, [("Accept-Language", "en-US,en;q=0.9")]).words
    #expect(american.contains("Tuesday 10 March 2026, 2:00 AM–2:30 AM"))
    #expect(american.contains("at night"))
    #expect(american.contains("For Hanna Host: Monday 9 March 2026, 10:00 AM–10:30 AM"))
    #expect(american.contains("America/Los Angeles, UTC-07:00"))
    let german = try world.page(chosen, [("Accept-Language", "de-DE")]).words
    #expect(german.contains("Tuesday 10 March 2026, 02:00–02:30"))
    #expect(try world.page("/b/intro?timeZone=Asia/Tokyo").text.contains("<small>night</small>"))
  }

  @Test func goesOnToTheFirstDayWithTimes() throws {
    let world = try GuestWorld(
      .example { $0.visibility = .dates(from: date("2026-04-01"), to: date("2026-04-30")) })
    #expect(try world.page("/b/intro").text.contains("<h3>Wednesday 1 April 2026</h3>"))
    let asked = try world.page("/b/intro?from=2026-03-02").text
    #expect(asked.contains("No free times from Monday 2 March 2026 to Sunday 8 March 2026."))
    #expect(asked.contains("The next free time is on Wednesday 1 April 2026."))
  }

  @Test func booksFromTheFormOnce() throws {
    let world = try GuestWorld(.example())
    let chosen = try world.page("/b/intro?timeZone=Europe/London&start=2026-03-02T18:00:00Z").text
    #expect(chosen.contains(#"action="/b/intro/bookings""#))
    #expect(chosen.contains(#"<input type="hidden" name="start" value="2026-03-02T18:00:00Z">"#))
    let first = try world.postForm("/b/intro/bookings", form)
    #expect(first.status == 303)
    let path = try #require(first["location"])
    #expect(first["set-cookie"]?.contains("Path=/b/intro;") == true)
    let second = try world.postForm("/b/intro/bookings", form)
    #expect(second["location"] == path)
    #expect(world.ledger.state.withLock { $0.bookings.count } == 1)

    let booking = try #require(world.ledger.state.withLock { $0.bookings.values.first })
    #expect(booking.details.guest.name == "Ana <b>")
    #expect(booking.details.notes == "One\nTwo")
    let page = try world.page(path).text
    #expect(page.contains("Being confirmed"))
    #expect(page.contains(#"<meta http-equiv="refresh" content="3">"#))
    #expect(page.contains("Ana &lt;b&gt;"))
    #expect(!page.contains("Ana <b>"))
  }

  @Test func showsTheFormAgainWithWhatWasTyped() throws {
    let world = try GuestWorld(.example())
    let answer = try world.postForm(
      "/b/intro/bookings",
      [
        "start": "2026-03-02T18:00:00Z", "timeZone": "Europe/London", "key": "form-key-0001",
        "name": "\"><script>alert(1)</script>", "email": "not an address", "notes": "Hello",
      ])
    #expect(answer.status == 422)
    #expect(answer.text.contains("Please give an email address such as ana@example.com."))
    #expect(answer.text.contains(#"value="not an address" aria-describedby="email-fault""#))
    #expect(answer.text.contains(">Hello</textarea>"))
    #expect(answer.text.contains("form-key-0001"))
    #expect(!answer.text.contains("<script>alert"))
  }

  @Test func offersOthersWhereTheSlotIsGone() throws {
    let world = try GuestWorld(.example())
    _ = try world.book()
    let answer = try world.postForm("/b/intro/bookings", form)
    #expect(answer.status == 409)
    #expect(answer.text.contains("That time is no longer free."))
    #expect(answer.text.contains(#"type="radio" name="start" value="2026-03-02T18:30:00Z""#))
    #expect(answer.text.contains("Ana &lt;b&gt;"))
    #expect(answer.text.contains("For Hanna Host:") || answer.text.contains("(for Hanna Host:"))
  }

  @Test func refusesFormsOfOtherSites() throws {
    let world = try GuestWorld(.example())
    let headers: [[(String, String)]] = [
      [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
      [("Origin", "https://evil.example")],
    ]
    for header in headers {
      #expect(try world.postForm("/b/intro/bookings", form, header).status == 403)
    }
    let own: [[(String, String)]] = [
      [("Origin", "https://book.example")],
      [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")],
    ]
    for header in own {
      #expect(try world.postForm("/b/intro/bookings", form, header).status == 303)
    }
  }

  @Test func movesAndCancelsAfterAskingOnceMore() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    world.ledger.settle(booking.id, .confirmed)
    let confirmed = try world.page(booking.path).text
    #expect(confirmed.contains("<h1>Confirmed</h1>"))
    #expect(!confirmed.contains("http-equiv"))
    let writes = world.ledger.state.withLock { $0.writes }
    #expect(try world.page("\(booking.path)?reschedule=1").text.contains("move=2026-03-02T18%3A30"))
    let step = try world.page("\(booking.path)?move=2026-03-02T18:30:00Z").text
    #expect(step.contains(#"action="\#(booking.path)/reschedule""#))
    #expect(try world.page("\(booking.path)?cancel=1").text.contains("Yes, cancel it"))
    #expect(world.ledger.state.withLock { $0.writes } == writes)

    let moved = try world.postForm(
      "\(booking.path)/reschedule", ["start": "2026-03-02T18:30:00Z", "key": "form-key-0002"])
    #expect(moved.status == 303)
    #expect(moved["location"] == booking.path)
    #expect(try world.page(booking.path).text.contains("Your present time stands"))
    world.ledger.settle(booking.id, .moveRefused, reason: "The new time was taken.")
    #expect(try world.page(booking.path).text.contains("Your original time still stands."))

    let cancelled = try world.postForm("\(booking.path)/cancel", ["reason": "Ill", "key": ""])
    #expect(cancelled.status == 303)
    #expect(try world.page(booking.path).text.contains("Being cancelled"))
  }

  @Test("what the host has done by hand is shown with both times, and as the host's doing")
  func movedAndCancelledByHost() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    world.ledger.settle(booking.id, .confirmed)
    let time = Interval(start: instant("2026-03-03T19:00:00Z"), duration: .minutes(45))
    world.ledger.settle(
      booking.id, .movedInCalendar, reason: "The host has moved this meeting in the calendar.",
      to: time)
    let moved = try world.page(booking.path).text
    #expect(moved.contains("It was planned for:"))
    #expect(moved.contains("2 March") && moved.contains("3 March"))
    #expect(moved.contains("Moved in the calendar by "))
    world.ledger.settle(
      booking.id, .cancelledInCalendar, reason: "The host has taken this meeting off the calendar.")
    let cancelled = try world.page(booking.path).text
    #expect(cancelled.contains("<h1>Cancelled</h1>"))
    #expect(cancelled.contains("The host has taken this meeting off the calendar."))
    #expect(cancelled.contains("Taken off the calendar by "))
  }

  @Test func offersOthersWhereAMoveIsRefused() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    _ = try world.book("2026-03-02T19:00:00Z")
    world.ledger.settle(booking.id, .confirmed)
    let answer = try world.postForm(
      "\(booking.path)/reschedule", ["start": "2026-03-02T19:00:00Z", "reason": "Lunch"])
    #expect(answer.status == 409)
    #expect(answer.text.contains(#"type="radio" name="start" value="2026-03-02T19:30:00Z""#))
    #expect(answer.text.contains(">Lunch</textarea>"))
  }

  @Test func guardsItsPages() throws {
    let world = try GuestWorld(.example())
    let path = try world.book().path
    for target in ["/b/intro", path, "/b/never"] {
      let page = try world.page(target)
      #expect(page["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
      #expect(page["referrer-policy"] == "no-referrer")
      #expect(page["x-content-type-options"] == "nosniff")
      #expect(page["x-robots-tag"] == "noindex")
      #expect(page["cache-control"] == "no-store")
      #expect(page.text.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
    }
  }

  @Test func servesWhatPagesLoad() throws {
    let world = try GuestWorld(.example())
    for path in ["/assets/bookend.css", "/assets/bookend.js"] {
      let asset = try world.get(path)
      #expect(asset.status == 200)
      #expect(asset.body.count < 8 << 10)
      #expect(asset["cache-control"]?.contains("immutable") == true)
      let tag = try #require(asset["etag"])
      #expect(try world.get(path, [("If-None-Match", tag)]).status == 304)
      #expect(try world.page("/b/intro").text.contains("\(path)?v=\(tag.dropFirst().dropLast())"))
    }
  }
}

func date(_ text: String) -> CivilDate {
  guard let date = CivilDate(text) else { fatalError("no date: \(text)") }
  return date
}
