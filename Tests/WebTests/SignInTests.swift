import Bookings
import Core
import TestSupport
import Testing

@testable import Web

/// The pages on which a person connects an account.
@Suite struct SignInTests {
  private let world: GuestWorld
  private let host = HostRecord(
    id: HostID("hst_1"), organization: OrganizationID("org_1"), name: "Hanna <Host>",
    email: "hanna@example.com", timeZone: "UTC")

  init() throws {
    world = try GuestWorld()
    world.ledger.state.withLock { [host] in $0.hosts = [host] }
  }

  private var wish: SignInWish {
    SignInWish(
      organization: host.organization, host: host.id, provider: .google, connection: nil)
  }

  private func ticket(_ lifetime: Duration = .hours(1)) -> String {
    SignInTickets(world.parts.tokens).ticket(for: wish, expiresAt: world.clock.now() + lifetime)
  }

  private func callback(
    _ query: String, finishing: @escaping @Sendable (ReturnedSignIn) throws -> FinishedSignIn
  ) throws -> HTTPTestResponse {
    world.accounts.state.withLock { $0.finishing = finishing }
    return try world.page("/connect/google/callback?\(query)", [("Cookie", "bookend_sign_in_x=b")])
  }

  @Test func thePageSaysForWhomAndChangesNothing() throws {
    let page = try world.page("/connect/\(ticket())")
    #expect(page.status == 200)
    #expect(page.words.contains("Hanna &lt;Host&gt; (hanna@example.com)"))
    #expect(page.words.contains("to see when you are busy"))
    #expect(page["content-security-policy"]?.contains("https://accounts.example;") == true)
    #expect(page["set-cookie"] == nil)
    #expect(world.accounts.state.withLock { $0.wishes.isEmpty })
  }

  @Test func settingOut() throws {
    let answer = try world.postForm("/connect/\(ticket())", [:])
    #expect(answer.status == 303)
    #expect(answer["location"] == "https://accounts.example/auth?state=s1")
    #expect(
      answer["set-cookie"]
        == "bookend_sign_in_x=secret-of-the-browser; Path=/connect; Max-Age=600; HttpOnly; "
        + "SameSite=Lax; Secure")
    let state = world.accounts.state.withLock { $0 }
    #expect(state.wishes == [wish])
    #expect(state.redirects == ["https://book.example/connect/google/callback"])
  }

  @Test func noOtherSiteSetsOut() throws {
    let answer = try world.postForm(
      "/connect/\(ticket())", [:], [("Sec-Fetch-Site", "cross-site")])
    #expect(answer.status == 403)
    #expect(world.accounts.state.withLock { $0.wishes.isEmpty })
  }

  @Test func anOldAddressIsNone() throws {
    let old = ticket(.seconds(-1))
    #expect(try world.page("/connect/\(old)").status == 404)
    #expect(try world.postForm("/connect/\(old)", [:]).status == 404)
    #expect(try world.page("/connect/nonsense").status == 404)
  }

  @Test func whatTheProviderSentArrives() throws {
    let page = try callback("state=s1&code=c1") { returned in
      #expect(returned.state.reveal() == "s1")
      #expect(returned.code?.reveal() == "c1")
      #expect(returned.provider == .google)
      #expect(returned.cookie("bookend_sign_in_x") == "b")
      #expect(returned.cookie("another") == nil)
      let host = HostRecord(
        id: HostID("hst_1"), organization: OrganizationID("org_1"), name: "", email: "",
        timeZone: "UTC")
      return .connected(ScriptedAccounts.connection(host), [ScriptedAccounts.calendar])
    }
    #expect(page.status == 200)
    #expect(page.words.contains("is connected"))
    #expect(page["referrer-policy"] == "no-referrer")
    #expect(!page.text.contains("c1"))
    #expect(
      world.accounts.state.withLock { $0.redirects }
        == ["https://book.example/connect/google/callback"])
  }

  @Test func endingsThatConnectNothing() throws {
    let wish = wish
    for (finished, status, words) in [
      (FinishedSignIn.refused(wish), 403, "You did not allow it"),
      (.incomplete(wish, missing: ["to list your calendars"]), 403, "to list your calendars"),
      (.failed(wish, reason: "it broke"), 502, "it broke"), (.unknown, 400, "This sign-in is over"),
    ] {
      let page = try callback("state=s1&error=access_denied") { _ in finished }
      #expect(page.status == status)
      #expect(page.words.contains(words), "\(page.words)")
      if status == 400 { continue }
      // The way to a new try is an address that works.
      let match = try #require(page.text.firstMatch(of: /href="(\/connect\/[^"]+)"/))
      #expect(try world.page(String(match.1)).status == 200)
    }
  }

  @Test func nothingWithoutAState() throws {
    #expect(try callback("code=c1") { _ in .unknown }.status == 404)
    #expect(try world.page("/connect/yahoo/callback?state=s").status == 404)
  }
}
