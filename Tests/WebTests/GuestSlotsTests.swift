import Bookings
import Core
import Testing

@Suite struct GuestSlotsTests {
  @Test("S24 the example's slots, as guests in other zones ask for them")
  func listsTheExample() throws {
    let world = try GuestWorld(.example())
    let london = try world.get(
      "/b/intro/slots?from=2026-03-02&to=2026-03-02&timeZone=Europe/London"
    ).json
    #expect(london["slots"]?.array?.count == 12)
    #expect(london["slots"]?.array?.first?["start"]?.string == "2026-03-02T18:00:00Z")
    #expect(london["slots"]?.array?.last?["start"]?.string == "2026-03-02T23:30:00Z")
    #expect(london["timeZone"]?.string == "Europe/London")
    #expect(london["durationMinutes"]?.integer == 30)
    #expect(london["asOf"]?.string == "2026-03-02T08:00:00Z")

    let tokyo = try world.get(
      "/b/intro/slots?from=2026-03-10&to=2026-03-10&timeZone=Asia/Tokyo"
    ).json
    #expect(tokyo["slots"]?.array?.first?["start"]?.string == "2026-03-09T17:00:00Z")
  }

  @Test func tellsTheNextSlotWhereTheRangeHasNone() throws {
    let world = try GuestWorld(.example())
    let weekend = try world.get("/b/intro/slots?from=2026-03-07&to=2026-03-08").json
    #expect(weekend["slots"]?.array == [])
    #expect(weekend["timeZone"]?.string == "America/Los_Angeles")
    #expect(weekend["nextAvailable"]?["start"]?.string == "2026-03-09T17:00:00Z")
  }

  @Test(arguments: [
    ("from=2026-03-02", ["#/query/to"]),
    ("from=today&to=2026-02-30", ["#/query/from", "#/query/to"]),
    ("from=2026-03-03&to=2026-03-02", ["#/query/to"]),
    ("from=2026-03-01&to=2026-05-02", ["#/query/to"]),
    ("from=2026-03-02&to=2026-03-02&timeZone=Mars/Base", ["#/query/timeZone"]),
    ("from=2026-03-02&to=2026-03-02&durationMinutes=long", ["#/query/durationMinutes"]),
  ])
  func namesWhatIsWrong(query: String, pointers: [String]) throws {
    let answer = try GuestWorld(.example()).get("/b/intro/slots?\(query)")
    #expect(answer.status == 422)
    #expect(answer.problem == "invalid")
    #expect(answer.pointers == pointers)
  }

  @Test func takesSixtyTwoDays() throws {
    let world = try GuestWorld(.example())
    #expect(try world.get("/b/intro/slots?from=2026-03-01&to=2026-05-01").status == 200)
    let other = try world.get("/b/intro/slots?from=2026-03-02&to=2026-03-02&durationMinutes=45")
    #expect(other.status == 422)
    #expect(other.problem == "duration-not-offered")
  }

  @Test("S9 a calendar that cannot be read is not a calendar without times")
  func tellsUnreadable() throws {
    let world = try GuestWorld(.example())
    world.ledger.state.withLock { $0.isUnreadable = true }
    let answer = try world.get("/b/intro/slots?from=2026-03-02&to=2026-03-02")
    #expect(answer.status == 503)
    #expect(answer.problem == "calendar-unreadable")
    #expect(answer["retry-after"] == "30")

    let page = try world.page("/b/intro")
    #expect(page.status == 200)
    #expect(page.text.contains("cannot be read at the moment"))
    #expect(page.text.contains("data-state=\"calendar-unreadable\""))
    #expect(!page.text.contains("No free times"))

    world.ledger.state.withLock { $0.isUnreadable = false }
    #expect(try world.page("/b/intro").text.contains("18:00") == false)
    #expect(try world.page("/b/intro?timeZone=Europe/London").text.contains("18:00"))
  }

  @Test func showsTheLinkAsGuestsMayKnowIt() throws {
    let world = try GuestWorld(.example(), .example("gone", state: .deleted))
    let link = try world.get("/b/intro").json
    #expect(link["title"]?.string == "Intro call")
    #expect(link["host"] == ["name": "Hanna Host"])
    #expect(link["location"]?.string == "+1 555 0100")
    #expect(link["durationsMinutes"]?.array == [30])
    #expect(link["state"]?.string == "active")
    #expect(try world.get("/b/gone").body == world.get("/b/never").body)
    #expect(try world.get("/b/gone").status == 404)
    #expect(try world.page("/b/gone").status == 404)
  }
}
