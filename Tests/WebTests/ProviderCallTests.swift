import Bookings
import Core
import Crypto
import HTTPServer
import TestSupport
import Testing

@testable import Web

/// Calls of providers, through a real server.
@Suite struct ProviderCallTests {
  private let world = AgentWorld()
  private let front: ServedFront
  private static let secret = "c2VjcmV0LW9mLTMyLWJ5dGVz"
  private let id = WatchID("wat_1")

  init() throws { front = try ServedFront(world.parts) }

  private func add(
    at provider: Connection.Provider, _ state: Watch.State = .live, named: String = "sub-1",
    expiresIn: Duration = .days(3)
  ) {
    let watch = Watch(
      id: id, calendar: CalendarID("cal_1"), state: state,
      secretHash: sha256(Self.secret.utf8), askedAt: AgentWorld.now,
      promise: state == .asked
        ? nil
        : Watch.Promise(
          providerID: named, resource: nil, expiresAt: AgentWorld.now + expiresIn,
          renewAt: AgentWorld.now + .days(2)))
    world.records.change { $0.watches[provider] = [watch] }
  }

  private func send(
    _ path: String, _ method: String = "POST", headers: [(String, String)] = [],
    body: String = ""
  ) throws -> HTTPTestResponse {
    try front.client.request(method, path, headers: headers, body: Array(body.utf8))
  }

  private func shakeHands(_ token: String) throws -> HTTPTestResponse {
    try send(pageAddress("/watches/outlook/wat_1", ["validationToken": token]))
  }

  private func google(
    _ state: String? = "exists", id: String? = "wat_1", token: String? = ProviderCallTests.secret,
    path: String = "/watches/google/wat_1"
  ) throws -> HTTPTestResponse {
    var headers: [(String, String)] = []
    if let state { headers.append(("X-Goog-Resource-State", state)) }
    if let id { headers.append(("X-Goog-Channel-ID", id)) }
    if let token { headers.append(("X-Goog-Channel-Token", token)) }
    return try send(path, headers: headers)
  }

  private func outlook(_ notices: [JSON], path: String = "/watches/outlook/wat_1") throws
    -> HTTPTestResponse
  {
    let body: JSON = ["value": .array(notices)]
    return try send(
      path, headers: [("Content-Type", "application/json; charset=utf-8")],
      body: String(decoding: body.serialized(), as: UTF8.self))
  }

  private func notice(
    _ event: String? = nil, secret: String? = ProviderCallTests.secret, id: String = "sub-1"
  ) -> JSON {
    var members: [(String, JSON)] = [("subscriptionId", .string(id)), ("tenantId", "t")]
    if let secret { members.append(("clientState", .string(secret))) }
    if let event { members.append(("lifecycleEvent", .string(event))) }
    return .object(JSONObject(members))
  }

  private var heard: [ProviderCall] { get throws { try world.records.read { $0.heard } } }

  private func counted(_ provider: Connection.Provider, _ isBelieved: Bool) -> Int {
    world.parts.providerCalls.all.first {
      $0.count.provider == provider && $0.count.isBelieved == isBelieved
    }?.calls ?? -1
  }

  private func names(_ answer: HTTPTestResponse) -> [String] { answer.headers.map(\.0) }

  // MARK: - Google

  @Test func aChangeAtGoogleIsHeard() throws {
    add(at: .google, named: "wat_1")
    let answer = try google()
    #expect(answer.status == 202)
    #expect(answer.text.isEmpty)
    #expect(try heard == [ProviderCall(watch: id, news: .changed)])
    #expect(counted(.google, true) == 1)
  }

  @Test func theFirstCallMayComeBeforeTheAnswerAndLeadsToNothing() throws {
    add(at: .google, .asked)
    #expect(try google("sync").status == 202)
    #expect(try heard == [])
    #expect(try google("exists").status == 202)
    #expect(try heard.count == 1)
  }

  @Test(arguments: [
    ("wrong token", "wat_1", "x", "/watches/google/wat_1"),
    ("no token", "wat_1", nil, "/watches/google/wat_1"),
    ("another channel", "wat_2", secret, "/watches/google/wat_1"),
    ("unknown", "wat_2", secret, "/watches/google/wat_2"),
    ("long", "wat_1", secret, "/watches/google/" + String(repeating: "w", count: 2000)),
  ])
  func whoIsNotBelievedIsAnsweredAlikeAndLeadsToNothing(
    _ what: String, _ id: String, _ token: String?, _ path: String
  ) throws {
    add(at: .google, named: "wat_1")
    let believed = try google()
    let answer = try google(id: id, token: token, path: path)
    #expect(answer.status == believed.status)
    #expect(answer.text == believed.text)
    #expect(names(answer) == names(believed))
    #expect(try heard.count == 1)
    #expect(counted(.google, false) == 1)
  }

  @Test func watchesThatAreToEndOrHaveEndedAreNotBelieved() throws {
    add(at: .google, .ending, named: "wat_1")
    #expect(try google().status == 202)
    add(at: .google, named: "wat_1", expiresIn: .seconds(-1))
    #expect(try google().status == 202)
    #expect(try heard == [])
  }

  @Test func whatIsNoCallOfGooglesIsAProblem() throws {
    #expect(try google(nil).problem == "malformed")
    #expect(try google(id: nil).problem == "malformed")
    #expect(try send("/watches/google/wat_1", "GET").status == 405)
    #expect(try send("/watches/outlook/wat_1", "GET").status == 405)
  }

  @Test func whatCannotBeKeptIsToBeSentAgain() throws {
    add(at: .google, named: "wat_1")
    world.records.change { $0.isBroken = true }
    #expect(try google().status == 503)
  }

  // MARK: - Microsoft

  @Test func theHandshakeIsAnsweredAsItCame() throws {
    add(at: .outlook, .asked)
    let token = "Validation: <script>alert(1)</script> + ü Request-Id: 1"
    let answer = try shakeHands(token)
    #expect(answer.status == 200)
    #expect(answer.text == token)
    #expect(answer["content-type"] == "text/plain; charset=utf-8")
    #expect(answer["x-content-type-options"] == "nosniff")
    #expect(try heard == [])
  }

  @Test func strangersTokensAreNotRepeated() throws {
    let unknown = try shakeHands("token")
    #expect(unknown.status == 404)
    #expect(!unknown.text.contains("token"))
    add(at: .outlook, .ending)
    #expect(try shakeHands("t").status == 404)
    add(at: .outlook)
    for token in ["", String(repeating: "t", count: 2049)] {
      let answer = try shakeHands(token)
      #expect(answer.problem == "malformed")
    }
  }

  @Test func aBatchIsTakenInAsOne() throws {
    add(at: .outlook)
    let answer = try outlook([
      notice(), notice(), notice("subscriptionRemoved"), notice("reauthorizationRequired"),
      notice("missed"), notice(secret: "wrong"), notice(id: "sub-2"), ["no": "notice"], 7,
    ])
    #expect(answer.status == 202)
    #expect(
      try heard == [
        ProviderCall(watch: id, news: .changed), ProviderCall(watch: id, news: .toBeRenewed),
        ProviderCall(watch: id, news: .ended),
      ])
    #expect(try world.records.read { $0.hearings } == 1)
    #expect(counted(.outlook, true) == 5)
    #expect(counted(.outlook, false) == 4)
  }

  @Test func aNoticeWithoutItsSecretIsAnsweredAlike() throws {
    add(at: .outlook)
    let believed = try outlook([notice()])
    for answer in [
      try outlook([notice(secret: nil)]), try outlook([notice(secret: "x")]),
      try outlook([notice()], path: "/watches/outlook/wat_2"),
    ] {
      #expect(answer.status == believed.status)
      #expect(names(answer) == names(believed))
    }
    #expect(try heard.count == 1)
    // A watch at Google does not open the door of Microsoft's.
    add(at: .google, named: "sub-1")
    world.records.change { $0.watches[.outlook] = [] }
    #expect(try outlook([notice()]).status == 202)
    #expect(try heard.count == 1)
  }

  @Test(arguments: [
    ("application/json", "{", 400), ("application/json", "[]", 400),
    ("application/json", #"{"value": {}}"#, 400), ("text/plain", "x", 415),
  ])
  func whatIsNoBatchIsAProblem(_ type: String, _ body: String, _ status: Int) throws {
    add(at: .outlook)
    let answer = try send(
      "/watches/outlook/wat_1", headers: [("Content-Type", type)], body: body)
    #expect(answer.status == status)
    #expect(answer["content-type"] == "application/problem+json")
  }

  // MARK: - Floods

  @Test func whoMakesManyCallsThatNobodyBelievesIsTurnedAwayUnheard() throws {
    add(at: .google, named: "wat_1")
    let limit = RefusedCalls.limit.count
    for _ in 0..<limit { #expect(try google(token: "x").status == 202) }
    let looks = try world.records.read { $0.looks }
    let answer = try google(token: "x")
    #expect(answer.status == 429)
    #expect(answer["retry-after"] != nil)
    #expect(try world.records.read { $0.looks } == looks)
  }
}

/// The whole front behind a real server, and one connection to it.
private final class ServedFront {
  let client: HTTPTestClient
  private let server: HTTPServer

  init(_ parts: WebParts) throws {
    server = HTTPServer(configuration: .init(), handler: Web(parts).handle, log: .discarded)
    try server.start()
    client = try HTTPTestClient(port: server.boundPort ?? 0)
  }

  deinit { server.stop(by: SystemTime().monotonic()) }
}
