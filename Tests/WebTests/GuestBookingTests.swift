import Bookings
import Core
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite struct GuestBookingTests {
  @Test func booksAndTellsWhereToFollow() throws {
    let world = try GuestWorld(.example())
    let answer = try world.post("/b/intro/bookings", .booking("2026-03-02T18:00:00Z"))
    #expect(answer.status == 202)
    let location = try #require(answer["location"])
    #expect(location.hasPrefix("/r/"))
    #expect(answer.json["url"]?.string == "https://book.example\(location)")
    #expect(answer.json["state"]?.string == "pending")
    #expect(answer.json["end"]?.string == "2026-03-02T18:30:00Z")
    #expect(answer.json["timeZone"]?.string == "Europe/London")
    #expect(answer.json["job"] == ["id": "job_1", "state": "available"])
    let cookie = try #require(answer["set-cookie"])
    #expect(cookie.hasPrefix("bookend_booking=\(location.dropFirst(3)); HttpOnly; SameSite=Lax"))
    #expect(cookie.hasSuffix("; Secure"))
  }

  @Test("S20 what is refused, and by which name")
  func refuses() throws {
    let world = try GuestWorld(
      .example {
        $0.minimumNoticeMinutes = 240
        $0.visibility = .rollingDays(14)
      }, .example("paused", state: .paused))
    world.clock.stand(at: "2026-03-02T14:00:00Z")
    let cases: [(slug: String, body: JSON, status: Int, type: String)] = [
      ("intro", .booking("2026-03-02T17:59:00Z"), 422, "notice-too-short"),
      ("intro", .booking("2026-03-16T18:00:00Z"), 422, "outside-window"),
      ("intro", .booking("2026-03-03T18:10:00Z"), 422, "not-on-grid"),
      ("intro", .booking("2026-03-03T18:00:00Z", duration: 45), 422, "duration-not-offered"),
      ("paused", .booking("2026-03-03T18:00:00Z"), 409, "link-paused"),
      ("never", .booking("2026-03-03T18:00:00Z"), 404, "not-found"),
    ]
    for expected in cases {
      let answer = try world.post("/b/\(expected.slug)/bookings", expected.body)
      #expect(answer.status == expected.status, "\(expected.type)")
      #expect(answer.problem == expected.type)
    }
    #expect(world.ledger.state.withLock { $0.bookings.isEmpty })
  }

  @Test("S20 every slot that is listed can be booked")
  func acceptsWhatItLists() throws {
    let world = try GuestWorld(.example())
    let list = try world.get("/b/intro/slots?from=2026-03-02&to=2026-03-06").json
    let starts = list["slots"]?.array?.compactMap { $0["start"]?.string } ?? []
    #expect(starts.count == 60)
    for start in starts {
      #expect(try world.post("/b/intro/bookings", .booking(start)).status == 202)
    }
    let after = try world.get("/b/intro/slots?from=2026-03-02&to=2026-03-06").json
    #expect(after["slots"]?.array == [])
  }

  @Test("S1 a taken slot comes with others")
  func offersAlternatives() throws {
    let world = try GuestWorld(.example())
    _ = try world.book()
    let answer = try world.post("/b/intro/bookings", .booking("2026-03-02T18:00:00Z"))
    #expect(answer.status == 409)
    #expect(answer.problem == "slot-taken")
    let first = answer.json["alternatives"]?.array?.first
    #expect(first == ["start": "2026-03-02T18:30:00Z", "end": "2026-03-02T19:00:00Z"])
  }

  @Test("S11 a repeat gets the same bytes, another request under the key is refused")
  func repeats() throws {
    let world = try GuestWorld(.example())
    let key = [("Idempotency-Key", "click-0001")]
    let first = try world.post("/b/intro/bookings", .booking("2026-03-02T18:00:00Z"), key)
    let second = try world.post("/b/intro/bookings", .booking("2026-03-02T18:00:00Z"), key)
    #expect(first.status == 202 && second.status == 202)
    #expect(first.body == second.body)
    let other = try world.post("/b/intro/bookings", .booking("2026-03-02T19:00:00Z"), key)
    #expect(other.status == 422)
    #expect(other.problem == "idempotency-mismatch")

    let fresh = [("Idempotency-Key", "click-0002")]
    #expect(
      try world.post("/b/intro/bookings", .booking("2026-03-02T18:00:00Z"), fresh).status == 409)
    #expect(
      try world.post("/b/intro/bookings", .booking("2026-03-02T20:00:00Z"), fresh).status == 202)
    #expect(world.ledger.state.withLock { $0.bookings.count } == 2)
  }

  @Test func keepsNoTokenUnderTheKey() throws {
    let world = try GuestWorld(.example())
    let answer = try world.post(
      "/b/intro/bookings", .booking("2026-03-02T18:00:00Z"), [("Idempotency-Key", "click-0001")])
    let token = try #require(answer["location"]).dropFirst(3)
    let kept = try #require(world.ledger.state.withLock { $0.answers.values.first?.body })
    #expect(kept.filter { $0 == TokenPlace.mark }.count == 1)
    #expect(!String(decoding: kept, as: UTF8.self).contains(token.suffix(43)))
    #expect(TokenPlace.filled(kept, with: String(token)) == answer.body)
  }

  @Test(arguments: ["short", String(repeating: "k", count: 129), "with a space", "schlüssel"])
  func refusesBadKeys(key: String) throws {
    let answer = try GuestWorld(.example()).post(
      "/b/intro/bookings", .booking("2026-03-02T18:00:00Z"), [("Idempotency-Key", key)])
    #expect(answer.status == 400)
    #expect(answer.json["detail"]?.string?.contains("Idempotency-Key") == true)
  }

  @Test("S3 a single-use link is spent by its first booking, and says so without details")
  func spendsOnce() throws {
    let world = try GuestWorld(.example("once", kind: .singleUse))
    let booked = try world.post("/b/once/bookings", .booking("2026-03-02T18:00:00Z"))
    #expect(booked.status == 202)
    let second = try world.post("/b/once/bookings", .booking("2026-03-02T19:00:00Z"))
    #expect(second.status == 410)
    #expect(second.problem == "link-spent")
    #expect(try world.get("/b/once").problem == "link-spent")

    let stranger = try world.page("/b/once", [("Cookie", "bookend_booking=forged")])
    #expect(stranger.status == 410)
    #expect(!stranger.text.contains("Ana") && !stranger.text.contains("/r/"))

    let cookie = try #require(booked["set-cookie"]).prefix { $0 != ";" }
    let own = try world.page("/b/once", [("Cookie", String(cookie))])
    #expect(own.status == 200)
    #expect(own.text.contains("Being confirmed"))
    #expect(own.text.contains("cancel=1"))
  }

  @Test(arguments: [
    (JSON.object(JSONObject()), ["#/start", "#/timeZone", "#/guest"]),
    (.booking("tomorrow"), ["#/start"]),
    (.booking("2026-03-02T18:00:00Z", zone: "Mars/Base"), ["#/timeZone"]),
    (.booking("2026-03-02T18:00:00Z", zone: "../../etc/passwd"), ["#/timeZone"]),
    (.booking("2026-03-02T18:00:00Z", name: "  "), ["#/guest/name"]),
    (.booking("2026-03-02T18:00:00Z", name: "Ana\r\nBcc: x"), ["#/guest/name"]),
    (.booking("2026-03-02T18:00:00Z", name: String(repeating: "n", count: 201)), ["#/guest/name"]),
    (.booking("2026-03-02T18:00:00Z", email: "ana"), ["#/guest/email"]),
    (.booking("2026-03-02T18:00:00Z", duration: 0), ["#/durationMinutes"]),
  ])
  func namesWhatIsWrong(body: JSON, pointers: [String]) throws {
    let answer = try GuestWorld(.example()).post("/b/intro/bookings", body)
    #expect(answer.status == 422)
    #expect(answer.pointers == pointers)
  }

  @Test func knowsItsFieldsAlone() throws {
    let world = try GuestWorld(.example())
    guard case .object(var body) = JSON.booking("2026-03-02T18:00:00Z") else { return }
    body["nots"] = "x"
    body["answers"] = ["q1": "yes"]
    body["additionalGuests"] = ["bob@example.com", "<bob>"]
    let answer = try world.post("/b/intro/bookings", .object(body))
    #expect(answer.status == 422)
    #expect(Set(answer.pointers) == ["#/nots", "#/additionalGuests"])
    body["nots"] = nil
    body["additionalGuests"] = ["bob@example.com"]
    #expect(try world.post("/b/intro/bookings", .object(body)).pointers == ["#/answers/q1"])
    body["answers"] = [:]
    body["additionalGuests"] = ["bob@example.com"]
    #expect(try world.post("/b/intro/bookings", .object(body)).status == 202)
  }

  @Test func tellsMalformedFromInvalid() throws {
    let world = try GuestWorld(.example())
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    let bodies: [[UInt8]] = [
      Array("{".utf8), [0x22, 0xFF, 0x22], Array(deep.utf8), [],
      Array(#"{"start":1,"start":2}"#.utf8),
    ]
    for body in bodies {
      let answer = try world.client().request(
        "POST", "/b/intro/bookings",
        headers: [("Content-Type", "Application/JSON; charset=utf-8")], body: body)
      #expect(answer.status == 400)
      #expect(answer.problem == "malformed")
    }
    let text = try world.client().request(
      "POST", "/b/intro/bookings", headers: [("Content-Type", "text/plain")], body: [0x7B, 0x7D])
    #expect(text.status == 415)
    #expect(text.problem == "unsupported-media-type")
  }

  @Test func refusesWhatCannotBeKept() throws {
    let world = try GuestWorld(.example())
    world.ledger.state.withLock { $0.isBroken = true }
    let answer = try world.post("/b/intro/bookings", .booking("2026-03-02T18:00:00Z"))
    #expect(answer.status == 503)
    #expect(answer.problem == "storage-unavailable")
    #expect(answer["retry-after"] != nil)
    #expect(!answer.text.contains("Broken"))
  }

  @Test func beginsNothingWhileItDrains() throws {
    let world = try GuestWorld(.example())
    let path = try world.book().path
    world.readiness.drain()
    for (target, body) in [
      ("/b/intro/bookings", JSON.booking("2026-03-02T19:00:00Z")), ("\(path)/cancel", [:]),
      ("\(path)/reschedule", ["start": "2026-03-02T19:00:00Z"]),
    ] {
      let answer = try world.post(target, body)
      #expect(answer.status == 503)
      #expect(answer.problem == "draining")
    }
    #expect(try world.get(path).status == 200)
  }

  @Test(arguments: ["a@b", "ana.b+c@mail.example.co.uk", "o'neil@example.com"])
  func takesAddresses(address: String) { #expect(isMailAddress(address)) }

  @Test(arguments: [
    "", "@", "a@", "@b", "a@b@c", "a b@c.de", "<a@b.de>", "a@b.de,c@d.de", "a@b..de", ".a@b.de",
    "a@b.de\n", "a@b\u{0}.de", "ä@b.de", "a@[1.2.3.4]", "\"a\"@b.de",
    String(repeating: "a", count: 65) + "@b.de",
  ])
  func refusesAddresses(address: String) { #expect(!isMailAddress(address)) }
}
