import Bookings
import Core
import TestSupport
import Testing

@testable import Web

/// "Mail me my booking": the same answer for everybody.
@Suite struct GuestAddressTests {
  private func mailed(_ world: GuestWorld) -> Set<String> {
    world.ledger.state.withLock { $0.mailedAddresses }
  }

  @Test func everyAddressIsAnsweredAlike() throws {
    let world = try GuestWorld(.example())
    _ = try world.book()
    let addresses = ["ana@example.com", "nobody@example.com", "a@b.example"]
    let answers = try addresses.map { try world.post("/b/intro/address", ["email": .string($0)]) }
    for answer in answers {
      #expect(answer.status == 202)
      #expect(answer.body == answers[0].body)
      #expect(answer.headers.map(\.name) == answers[0].headers.map(\.name))
    }
    let pages = try addresses.map { try world.postForm("/b/intro/address", ["email": $0]) }
    for page in pages {
      #expect(page.status == 200)
      #expect(page.body == pages[0].body)
    }
    #expect(mailed(world) == ["ana@example.com"])
  }

  @Test func whatIsNoAddressIsNamed() throws {
    let world = try GuestWorld(.example())
    #expect(try world.post("/b/intro/address", ["email": "ana"]).pointers == ["#/email"])
    #expect(try world.post("/b/intro/address", [:]).pointers == ["#/email"])
    let page = try world.postForm("/b/intro/address", ["email": "\"><script>"])
    #expect(page.status == 422)
    #expect(page.words.contains("Please give an email address"))
    #expect(!page.text.contains("<script>\""))
    #expect(try world.client().request("POST", "/b/intro/address").status == 415)
  }

  @Test func aLinkThatIsNotThereIsNotThere() throws {
    let world = try GuestWorld(.example("gone", state: .deleted))
    let gone = try world.post("/b/gone/address", ["email": "ana@example.com"])
    let never = try world.post("/b/never/address", ["email": "ana@example.com"])
    #expect(gone.status == 404 && never.status == 404)
    #expect(gone.body == never.body)
  }

  @Test func anotherSitesFormIsRefused() throws {
    let world = try GuestWorld(.example())
    let page = try world.postForm(
      "/b/intro/address", ["email": "ana@example.com"], [("Sec-Fetch-Site", "cross-site")])
    #expect(page.status == 403)
    #expect(mailed(world).isEmpty)
  }

  @Test func aProgramThatAsksForManyIsStopped() throws {
    var limits = RateLimits.Options()
    limits.perAddressAndLink = 3
    let world = try GuestWorld(limits: limits, .example())
    let from = [("X-Forwarded-For", "203.0.113.7")]
    for number in 0..<3 {
      let email = JSON.string("a\(number)@example.com")
      #expect(try world.post("/b/intro/address", ["email": email], from).status == 202)
    }
    #expect(try world.post("/b/intro/address", ["email": "b@example.com"], from).status == 429)
    #expect(try world.postForm("/b/intro/address", ["email": "b@example.com"], from).status == 429)
  }

  @Test("a spent link's page offers it to whoever is not known, and shows nothing of the booking")
  func onTheSpentPage() throws {
    let world = try GuestWorld(.example("once", kind: .singleUse))
    _ = try world.book(slug: "once")
    let page = try world.page("/b/once")
    #expect(page.status == 410)
    #expect(page.text.contains(#"action="/b/once/address""#))
    #expect(!page.text.contains("ana@example.com") && !page.text.contains("/r/"))
    #expect(try world.page("/b/once?lost=1").status == 200)
  }
}
