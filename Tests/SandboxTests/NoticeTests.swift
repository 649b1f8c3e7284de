import Core
import Foundation
import TestSupport
import Testing

/// Who asked to hear of changes hears of them, as often as the settings say.
@Suite struct NoticeTests {
  /// Answers what a subscription's question wants, and 202 to everything else.
  private static func endpoint(heard: Awaited<RawHTTPRequest>) throws -> RawHTTPServer {
    try RawHTTPServer { request in
      heard.give(request)
      guard let token = request.path.split(separator: "validationToken=").dropFirst().first else {
        return [.answer(202)]
      }
      return [
        .answer(200, headers: ["Content-Type: text/plain"], token.removingPercentEncoding ?? "")
      ]
    }
  }

  private static func watch(_ sandbox: SandboxUnderTest, _ url: String) throws {
    let reply = try sandbox.google(
      "POST", googleEvents + "/watch",
      ["id": "channel-1", "type": "web_hook", "address": .string(url)])
    #expect(reply.status == 200)
  }

  @Test func aChannelHearsASyncAndThenEachChange() throws {
    let heard = Awaited<RawHTTPRequest>()
    let endpoint = try NoticeTests.endpoint(heard: heard)
    defer { endpoint.stop() }
    let sandbox = try SandboxUnderTest()
    try NoticeTests.watch(sandbox, endpoint.url)
    #expect(try heard.take().header("X-Goog-Resource-State") == "sync")
    try sandbox.google("POST", googleEvents, googleEvent())
    try sandbox.google("DELETE", googleEvents + "/bkaaaaa")
    let numbers = try heard.take(2).map { $0.header("X-Goog-Message-Number") }
    #expect(numbers == ["2", "3"])
    sandbox.time.advance(.days(8))
    try sandbox.signInAgain()
    try sandbox.google("POST", googleEvents, googleEvent("bkbbbbb"))
    let notices = try sandbox.control("GET", "notices").json["notices"]?.array ?? []
    #expect(notices.count == 3, "a channel lives for a week")
  }

  @Test(arguments: [("doubled", 4), ("dropped", 0)])
  func noticesComeTwiceOrNotAtAllWhereAsked(_ how: String, _ count: Int) throws {
    let heard = Awaited<RawHTTPRequest>()
    let endpoint = try NoticeTests.endpoint(heard: heard)
    defer { endpoint.stop() }
    let sandbox = try SandboxUnderTest()
    try sandbox.control("PATCH", "settings", ["notifications": .string(how)])
    try NoticeTests.watch(sandbox, endpoint.url)
    try sandbox.google("POST", googleEvents, googleEvent())
    _ = try heard.take(count)
    let notices = try sandbox.control("GET", "notices").json["notices"]?.array ?? []
    #expect(notices.count == count)
  }

  @Test func lifecycleEventsGoToTheirOwnEndpoint() throws {
    let heard = Awaited<RawHTTPRequest>()
    let endpoint = try NoticeTests.endpoint(heard: heard)
    defer { endpoint.stop() }
    let sandbox = try SandboxUnderTest()
    let made = try sandbox.graph(
      "POST", "subscriptions",
      [
        "changeType": "created,updated", "resource": "/me/events", "clientState": "secret",
        "notificationUrl": .string(endpoint.url + "/n"),
        "lifecycleNotificationUrl": .string(endpoint.url + "/l"),
        "expirationDateTime": .string((sandbox.time.now() + .days(2)).rfc3339),
      ])
    #expect(made.status == 201)
    #expect(Set(try heard.take(2).map { $0.path.prefix(2) }) == ["/n", "/l"])
    try sandbox.control(
      "POST", "lifecycle", ["account": "alex@example.com", "event": "subscriptionRemoved"])
    let notice = try heard.take()
    #expect(notice.path == "/l")
    let entry = try JSON.parse(Array(notice.body.utf8))["value"]?.array?.first
    #expect(entry?["lifecycleEvent"] == "subscriptionRemoved")
    #expect(entry?["clientState"] == "secret")
    let id = made.json["id"]?.string ?? ""
    #expect(try sandbox.graph("GET", "subscriptions/\(id)").code == "ResourceNotFound")
  }

  @Test func anEndpointThatIsNotThereMakesNoSubscription() throws {
    let endpoint = try NoticeTests.endpoint(heard: Awaited())
    let url = endpoint.url
    endpoint.stop()
    let sandbox = try SandboxUnderTest()
    let reply = try sandbox.graph(
      "POST", "subscriptions",
      [
        "changeType": "created", "resource": "/me/events", "notificationUrl": .string(url),
        "expirationDateTime": .string((sandbox.time.now() + .days(2)).rfc3339),
      ])
    #expect(reply.code == "ValidationError")
    #expect(try sandbox.graph("GET", "subscriptions").json["value"] == [])
  }
}
