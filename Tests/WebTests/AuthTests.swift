import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct AuthTests {
  private let world = AgentWorld()

  @Test func aRequestWithoutAKeyIsToldHowToSendOne() throws {
    let answer = try world.send(.get, "/v1/links", key: nil)
    #expect(answer.status == 401)
    #expect(answer.problem == "unauthorized")
    #expect(answer.header("WWW-Authenticate") == "Bearer")
  }

  @Test func aKeyThatNobodyHasMadeIsNotTaken() throws {
    let answer = try world.send(.get, "/v1/links", key: "guessed")
    #expect(answer.status == 401)
    #expect(answer.header("WWW-Authenticate") == #"Bearer error="invalid_token""#)
    #expect(!answer.text.contains("guessed"))
  }

  @Test(arguments: [
    "Basic key-of-ana", "Bearer", "Bearer ", "key-of-ana", "Bearerkey-of-ana", "",
  ])
  func otherCredentialsAreNone(_ value: String) throws {
    let answer = try world.send(
      .get, "/v1/links", key: nil, headers: ["Authorization": value])
    #expect(answer.status == 401)
  }

  @Test func twoKeysAreNone() throws {
    let answer = try world.send(
      .get, "/v1/links", headers: ["Authorization": "Bearer \(AgentWorld.benKey)"])
    #expect(answer.status == 401)
  }

  @Test func theSchemesCaseDoesNotMatter() throws {
    let answer = try world.send(
      .get, "/v1/links", key: nil, headers: ["Authorization": "bEARER  \(AgentWorld.anaKey)"])
    #expect(answer.status == 200)
  }

  @Test func eachRouteNeedsItsOwnScopeAndNoOtherOneWillDo() throws {
    for route in AgentRoutes(world.parts).routes + OperatorRoutes(world.parts).routes {
      let others = APIKey.Scope.allCases.filter { $0 != route.scope }
      world.addKey("almost", host: nil, scopes: others)
      world.addKey("just", host: nil, scopes: [route.scope])
      let path = route.pattern.description.replacing("{id}", with: "none")

      let refused = try world.send(route.method, path, key: "almost")
      #expect(refused.status == 403, "\(route.method) \(path)")
      #expect(refused.problem == "forbidden")
      #expect(refused.text.contains(route.scope.rawValue))
      let taken = try world.send(route.method, path, key: "just")
      #expect(taken.status != 403 && taken.status != 401, "\(route.method) \(path)")
    }
  }

  @Test func storageThatFailsIsNoFaultOfTheKey() throws {
    world.records.change { $0.isBroken = true }
    let answer = try world.send(.get, "/v1/links")
    #expect(answer.status == 503)
    #expect(answer.problem == "storage-unavailable")
    #expect(answer.header("Retry-After") != nil)
  }

  @Test func aServerThatDrainsChangesNothingAndStillReads() throws {
    let world = AgentWorld(isReady: false)
    #expect(try world.send(.post, "/v1/links", body: #"{"title":"Call"}"#).status == 503)
    #expect(try world.send(.get, "/v1/links").status == 200)
  }
}
