import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct LinkRoutesTests {
  private let world = AgentWorld()

  private func add(_ links: Link...) { world.records.change { $0.links += links } }

  @Test func aListShowsWhatTheKeyMaySeeNewestFirst() throws {
    add(.fixture(1), .fixture(2, host: AgentWorld.ben), .fixture(3, host: AgentWorld.eve))
    add(.fixture(4), .fixture(5, state: .deleted))
    func ids(_ key: String, _ query: [Request.QueryItem] = []) throws -> [String] {
      try world.send(.get, "/v1/links", key: key, query: query).ids
    }
    #expect(try ids(AgentWorld.anaKey) == ["lnk_4", "lnk_1"])
    #expect(try ids(AgentWorld.benKey) == ["lnk_2"])
    #expect(try ids(AgentWorld.organizationKey) == ["lnk_4", "lnk_2", "lnk_1"])
    #expect(try ids(AgentWorld.organizationKey, [("host", "hst_ben")]) == ["lnk_2"])
    #expect(try ids(AgentWorld.strangersKey) == ["lnk_3"])
  }

  @Test func filtersReachTheRecords() throws {
    let query = [("state", "paused"), ("kind", "singleUse"), ("q", "Intro"), ("limit", "7")]
    #expect(try world.send(.get, "/v1/links", query: query).status == 200)
    let asked = try #require(try world.records.read { $0.linkQuery })
    #expect(asked.state == .paused)
    #expect(asked.kind == .singleUse)
    #expect(asked.text == "Intro")
    #expect(asked.host == AgentWorld.ana.id)
    // One more than the page tells whether there is another.
    #expect(asked.limit == 8)
  }

  @Test func followingTheCursorMeetsEveryLinkOnce() throws {
    for number in 1...5 { add(.fixture(number)) }
    var seen: [String] = []
    var query: [Request.QueryItem] = [("limit", "2")]
    for _ in 0..<3 {
      let page = try world.send(.get, "/v1/links", query: query)
      seen += page.ids
      guard let cursor = page.json["nextCursor"]?.string else { break }
      // What is new shifts no page.
      add(.fixture(6 + seen.count / 2))
      query = [("limit", "2"), ("cursor", cursor)]
    }
    #expect(seen == ["lnk_5", "lnk_4", "lnk_3", "lnk_2", "lnk_1"])
  }

  @Test func aPageThatEndsWithTheLastLinkHasNoCursor() throws {
    add(.fixture(1), .fixture(2))
    let page = try world.send(.get, "/v1/links", query: [("limit", "2")])
    #expect(page.ids.count == 2)
    #expect(page.json["nextCursor"] == .null)
  }

  @Test(arguments: [
    [("limit", "0")], [("limit", "201")], [("limit", "ten")], [("limit", "")],
    [("limit", "1"), ("limit", "2")], [("state", "deleted")], [("state", "")],
    [("kind", "Recurring")], [("q", "")], [("host", "hst_ben")], [("sate", "active")],
  ])
  func aQueryAtFaultIsNamed(_ query: [Request.QueryItem]) throws {
    let answer = try world.send(.get, "/v1/links", query: query)
    #expect(answer.status == 422)
    #expect(answer.problem == "invalid")
    #expect(answer.pointers == ["?\(query[0].name)"])
  }

  @Test func aMisspeltFilterIsToldWhatItWasMeantToBe() throws {
    let answer = try world.send(.get, "/v1/links", query: [("sate", "active")])
    #expect(answer.text.contains("did you mean state?"))
  }

  @Test(arguments: ["lnk_", "lnk_xyz", "lnk_1'", "bkg_1", "1"])
  func aCursorOfSomebodysMakingIsMalformed(_ cursor: String) throws {
    let answer = try world.send(.get, "/v1/links", query: [("cursor", cursor)])
    #expect(answer.status == 400)
    #expect(answer.problem == "malformed")
    #expect(answer.json["detail"]?.string?.contains("cursor") == true)
  }

  @Test(arguments: ["\"3\"", "W/\"3\"", "\"1\", \"3\"", "*"])
  func aLinkThatIsKnownAlreadyIsNotSentAgain(_ tag: String) throws {
    add(.fixture(1, revision: 3))
    let answer = try world.send(.get, "/v1/links/lnk_1", headers: ["If-None-Match": tag])
    #expect(answer.status == 304)
    #expect(answer.header("ETag") == "\"3\"")
    #expect(answer.text.isEmpty)
  }

  @Test func aLinkThatHasChangedIsSentAgain() throws {
    add(.fixture(1, revision: 3))
    let answer = try world.send(.get, "/v1/links/lnk_1", headers: ["If-None-Match": "\"2\""])
    #expect(answer.status == 200)
    #expect(answer.json["id"] == "lnk_1")
  }

  @Test func aLinkIsDeletedOnce() throws {
    add(.fixture(1))
    let first = try world.send(.delete, "/v1/links/lnk_1")
    #expect(first.status == 204)
    #expect(first.text.isEmpty)
    #expect(try world.send(.delete, "/v1/links/lnk_1").status == 404)
    #expect(try world.send(.get, "/v1/links/lnk_1").status == 404)
    #expect(try world.send(.get, "/v1/links").ids.isEmpty)
  }

  @Test func aLinkThatHasChangedMeanwhileIsNotDeleted() throws {
    add(.fixture(1, revision: 3))
    let stale = try world.send(.delete, "/v1/links/lnk_1", headers: ["If-Match": "\"2\""])
    #expect(stale.status == 412)
    #expect(stale.problem == "precondition-failed")
    let weak = try world.send(.delete, "/v1/links/lnk_1", headers: ["If-Match": "W/\"3\""])
    #expect(weak.status == 412)
    let fresh = try world.send(.delete, "/v1/links/lnk_1", headers: ["If-Match": "\"3\""])
    #expect(fresh.status == 204)
  }

  @Test(arguments: [AgentWorld.benKey, AgentWorld.strangersKey])
  func somebodyElsesLinkIsAsIfItWereNotThere(_ key: String) throws {
    add(.fixture(1))
    for method in [Method.get, .delete] {
      let foreign = try world.send(method, "/v1/links/lnk_1", key: key)
      let missing = try world.send(method, "/v1/links/lnk_none", key: key)
      #expect(foreign.status == 404)
      #expect(foreign.text == missing.text)
    }
    #expect(try world.send(.get, "/v1/links/lnk_1").status == 200)
  }
}
