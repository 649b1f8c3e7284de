import Calendars
import Core
import TestSupport
import Testing

/// What both large providers' adapters share, seen through Google's.
struct RESTClientTests {
  @Test("a token that is not accepted is replaced once, and the request goes out again")
  func replacesTheToken() throws {
    let api = try ScriptedAPI(tokens: ["old", "new"]) { request in
      [request.header("Authorization") == "Bearer new" ? .answer(200, "{}") : .answer(401)]
    }
    defer { api.server.stop() }
    #expect(try api.google.calendars() == [])
    #expect(
      api.server.requests.map { $0.header("Authorization") } == ["Bearer old", "Bearer new"])
    #expect(api.tokens.asked.allSatisfy { $0.text == "cnn_1" })
  }

  @Test("a new token that is not accepted either is the owner's business, after two tries")
  func givesUp() throws {
    let api = try ScriptedAPI(tokens: ["old", "new", "newer"]) { _ in [.answer(401)] }
    defer { api.server.stop() }
    #expect(failure { try api.google.calendars() }?.kind == .needsOwner)
    #expect(api.server.requests.count == 2)
  }

  @Test func withoutAnotherTokenThereIsNoSecondTry() throws {
    let api = try ScriptedAPI { _ in [.answer(401)] }
    defer { api.server.stop() }
    #expect(failure { try api.google.calendars() }?.kind == .needsOwner)
    #expect(api.server.requests.count == 1)
  }

  @Test("a claims challenge is answered by a person, not by another token")
  func claims() throws {
    let challenge = #"WWW-Authenticate: Bearer error="insufficient_claims", claims="eyJ4Ijo=""#
    let api = try ScriptedAPI(tokens: ["old", "new"]) { _ in [.answer(401, headers: [challenge])] }
    defer { api.server.stop() }
    #expect(failure { try api.outlook.calendars() }?.kind == .needsOwner)
    #expect(api.server.requests.count == 1)
  }

  @Test("a redirect would take the token to somebody else")
  func followsNoRedirect() throws {
    let api = try ScriptedAPI { _ in [.answer(307, headers: ["Location: /elsewhere"])] }
    defer { api.server.stop() }
    #expect(failure { try api.google.calendars() }?.kind == .permanent)
    #expect(api.server.requests.count == 1)
  }

  @Test("a next page on another server is not fetched")
  func foreignNextPage() throws {
    let stranger = try RawHTTPServer { _ in [.answer(200, "{\"value\": []}")] }
    let url = stranger.url
    let api = try ScriptedAPI { request in
      [
        request.path.contains("mailboxSettings")
          ? .answer(200, "{}")
          : .answer(200, #"{"value": [], "@odata.nextLink": "\#(url)/v1.0/me/calendars"}"#)
      ]
    }
    defer {
      api.server.stop()
      stranger.stop()
    }
    #expect(failure { try api.outlook.calendars() }?.kind == .permanent)
    #expect(stranger.requests.isEmpty)
  }

  @Test("a token is neither in an error nor in anything printed")
  func secrets() throws {
    let api = try ScriptedAPI(tokens: ["ya29.secret"]) { _ in
      [.answer(400, #"{"error": {"message": "ya29.secret"}}"#)]
    }
    defer { api.server.stop() }
    let error = failure { try api.google.calendars() }
    var dumped = ""
    dump(error, to: &dumped)
    #expect(!"\(String(describing: error))\(dumped)".contains("secret"))
  }

  @Test(
    "a success that is no JSON may hide that a write has landed", arguments: ["<html>", "", "[]"])
  func unreadable(_ body: String) throws {
    let api = try ScriptedAPI { _ in [.answer(200, body)] }
    defer { api.server.stop() }
    let draft = try EventDraft.sample(
      at: interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
    #expect(failure { try api.google.calendars() }?.kind == .transient)
    for provider in [api.google, api.outlook] as [any CalendarProvider] {
      #expect(
        failure { try provider.create(draft, in: .sample(url: "c")) }?.kind == .unknownOutcome)
    }
  }
}
