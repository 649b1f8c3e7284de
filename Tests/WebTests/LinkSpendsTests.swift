import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

/// The ledger of a single-use link as its owner reads it, and how a spent one is given back.
@Suite struct LinkSpendsTests {
  private let world = AgentWorld()
  private let spent = Link.fixture(1, kind: .singleUse, state: .spent, revision: 4)

  init() {
    let spent = spent
    world.records.change { state in
      state.links = [
        spent, .fixture(2, host: AgentWorld.ben), .fixture(3), .fixture(4, state: .deleted),
      ]
      state.spends[spent.id] = [
        Spend(
          number: 5, booking: BookingID("bkg_1"), claimedAt: AgentWorld.now,
          release: .init(
            at: AgentWorld.now + .minutes(1), reason: "rejected", by: "bookend", keyName: nil)),
        Spend(
          number: 8, booking: BookingID("bkg_2"), claimedAt: AgentWorld.now + .minutes(2),
          release: .init(
            at: AgentWorld.now + .minutes(3), reason: "reopened", by: "key_7",
            keyName: "Ana's laptop")),
        Spend(
          number: 9, booking: BookingID("bkg_3"), claimedAt: AgentWorld.now + .minutes(4),
          release: nil),
      ]
    }
  }

  @Test func everyUseIsThereTheLatestFirst() throws {
    let answer = try world.send(.get, "/v1/links/lnk_1/spends")
    #expect(answer.status == 200)
    let data = try #require(answer.json["data"]?.array)
    #expect(data.compactMap { $0["booking"]?.string } == ["bkg_3", "bkg_2", "bkg_1"])
    #expect(data[0]["releasedAt"] == .null && data[0]["releasedBy"] == .null)
    #expect(data[1]["releaseReason"] == "reopened" && data[1]["releasedBy"] == "key_7")
    #expect(data[1]["releasedByName"] == "Ana's laptop")
    #expect(data[2]["releaseReason"] == "rejected" && data[2]["releasedBy"] == "bookend")
    #expect(data[2]["releasedAt"] == "2026-03-02T12:01:00Z")
  }

  @Test func itComesInPages() throws {
    let first = try world.send(.get, "/v1/links/lnk_1/spends", query: [("limit", "2")])
    let cursor = try #require(first.json["nextCursor"]?.string)
    let second = try world.send(
      .get, "/v1/links/lnk_1/spends", query: [("limit", "2"), ("cursor", cursor)])
    #expect(second.json["data"]?.array?.compactMap { $0["booking"]?.string } == ["bkg_1"])
    #expect(second.json["nextCursor"] == .null)
    let forged = try world.send(.get, "/v1/links/lnk_1/spends", query: [("cursor", "x")])
    #expect(forged.status == 400)
  }

  @Test func reopeningIsRecordedUnderTheKey() throws {
    let answer = try world.send(.post, "/v1/links/lnk_1/reopen")
    #expect(answer.status == 200)
    #expect(answer.json["state"] == "active")
    #expect(answer.header("ETag") == "\"5\"")
    let wish = try #require(try world.records.read { $0.reopenings.first })
    #expect(wish.by == "key_\(AgentWorld.anaKey)")
    #expect(wish.organization == AgentWorld.organization && wish.host == AgentWorld.ana.id)
    #expect(wish.revision == nil)
    let again = try world.send(.post, "/v1/links/lnk_1/reopen")
    #expect(again.status == 409 && again.problem == "invalid")
  }

  @Test func aRevisionThatHasPassedIsRefused() throws {
    let stale = try world.send(.post, "/v1/links/lnk_1/reopen", headers: ["If-Match": "\"3\""])
    #expect(stale.status == 412)
    #expect(try world.records.read { $0.reopenings.isEmpty })
    let present = try world.send(.post, "/v1/links/lnk_1/reopen", headers: ["If-Match": "\"4\""])
    #expect(present.status == 200)
    #expect(try world.records.read { $0.reopenings.first?.revision } == 4)
  }

  @Test(arguments: ["lnk_2", "lnk_4", "lnk_9"])
  func whatIsNotTheirsIsNotThere(id: String) throws {
    #expect(try world.send(.get, "/v1/links/\(id)/spends").status == 404)
    #expect(try world.send(.post, "/v1/links/\(id)/reopen").status == 404)
    #expect(try world.records.read { $0.reopenings.isEmpty })
  }

  @Test func onlyASpentLinkIsGivenBack() throws {
    #expect(try world.send(.post, "/v1/links/lnk_3/reopen").problem == "invalid")
    let body = try world.send(.post, "/v1/links/lnk_1/reopen", body: #"{"force":true}"#)
    #expect(body.status == 422 && body.pointers == ["#/force"])
  }

  @Test func theScopesAreThoseOfLinks() throws {
    world.addKey("reader", host: nil, scopes: [.linksRead])
    #expect(try world.send(.get, "/v1/links/lnk_1/spends", key: "reader").status == 200)
    #expect(try world.send(.post, "/v1/links/lnk_1/reopen", key: "reader").status == 403)
  }
}
