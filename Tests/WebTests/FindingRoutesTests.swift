import Bookings
import Core
import HTTPServer
import Queue
import Testing

@testable import Web

@Suite struct FindingRoutesTests {
  private let world = AgentWorld()
  private let agreed = Interval(start: AgentWorld.now + .hours(2), duration: .minutes(30))

  private func add(
    _ number: Int64, _ kind: Difference.Kind = .missing,
    organization: OrganizationID = AgentWorld.organization
  ) {
    let finding = Finding(
      id: FindingID(number: number), organization: organization,
      calendar: CalendarID("cal_ana_main"),
      difference: Difference(
        kind: kind, booking: BookingID("bkg_1"), revision: 0, key: "bk1",
        remoteID: kind == .missing ? nil : "r", agreed: agreed),
      firstSeenAt: AgentWorld.now, lastSeenAt: AgentWorld.now)
    world.records.change { $0.findings.append(finding) }
  }

  private var wishes: [RepairWish] { get throws { try world.records.read { $0.repairs } } }

  @Test func aFindingSaysWhatDiffersAndWhatCanBeDone() throws {
    add(1, .moved)
    let answer = try world.send(.get, "/v1/findings/finding_1").json
    #expect(answer["kind"] == "moved" && answer["state"] == "open")
    #expect(answer["agreed"]?["start"] == .string(agreed.start.rfc3339))
    #expect(answer["found"] == .null)
    #expect(answer["repairs"] == ["followCalendar", "restoreTime"])
    #expect(answer["repair"] == .null)
  }

  @Test func anOrganizationSeesItsOwn() throws {
    add(1)
    add(2, organization: AgentWorld.eve.organization)
    #expect(try world.send(.get, "/v1/findings").ids == ["finding_1"])
    #expect(try world.send(.get, "/v1/findings/finding_2").status == 404)
    #expect(
      try world.send(.post, "/v1/findings/finding_2/repair", body: #"{"repair":"recreateEvent"}"#)
        .status == 404)
  }

  @Test func filtersReachTheRecords() throws {
    let answer = try world.send(
      .get, "/v1/findings",
      query: [
        ("kind", "extra"), ("state", "resolved"), ("calendar", "cal_1"), ("booking", "bkg_2"),
        ("cursor", "finding_9"), ("limit", "7"),
      ])
    #expect(answer.status == 200)
    let asked = try #require(try world.records.read { $0.findingQuery })
    #expect(asked.organization == AgentWorld.organization)
    #expect(asked.kind == .extra && asked.state == .resolved)
    #expect(asked.calendar == CalendarID("cal_1") && asked.booking == BookingID("bkg_2"))
    #expect(asked.before == FindingID(number: 9) && asked.limit == 8)
  }

  @Test(arguments: [("kind", "lost"), ("state", "shut"), ("limit", "0"), ("kinds", "extra")])
  func aQueryAtFaultIsNamed(_ name: String, _ value: String) throws {
    let answer = try world.send(.get, "/v1/findings", query: [(name, value)])
    #expect(answer.status == 422 && answer.pointers == ["?\(name)"])
  }

  @Test func pagesMeetEachOnce() throws {
    for number in 1...5 { add(Int64(number)) }
    let first = try world.send(.get, "/v1/findings", query: [("limit", "3")])
    #expect(first.ids == ["finding_5", "finding_4", "finding_3"])
    let cursor = try #require(first.json["nextCursor"]?.string)
    let next = try world.send(.get, "/v1/findings", query: [("limit", "3"), ("cursor", cursor)])
    #expect(next.ids == ["finding_2", "finding_1"])
    #expect(try world.send(.get, "/v1/findings", query: [("cursor", "job_1")]).status == 400)
  }

  @Test func aRepairIsAJobWithANameOnIt() throws {
    add(1)
    let answer = try world.send(
      .post, "/v1/findings/finding_1/repair", body: #"{"repair":"recreateEvent"}"#)
    #expect(answer.status == 202)
    #expect(answer.header("Location") == "https://book.example/v1/findings/finding_1")
    let wish = try #require(try wishes.first)
    #expect(wish.repair == .recreateEvent && !wish.isForCopies)
    #expect(wish.by == "key key-of-ana")
  }

  @Test func aDryRunSaysWhatWouldBeDone() throws {
    add(1, .extra)
    let answer = try world.send(
      .post, "/v1/findings/finding_1/repair",
      body: #"{"repair":"removeEvent","copies":true,"dryRun":true}"#)
    #expect(answer.status == 200)
    #expect(answer.json["dryRun"] == true)
    #expect(answer.json["would"] == "take the event off the calendar")
    #expect(answer.json["finding"]?["id"] == "finding_1")
    #expect(try wishes == [])
  }

  @Test(arguments: [
    ("{}", "#/repair"), (#"{"repair":"mend"}"#, "#/repair"),
    (#"{"repair":"removeEvent","copies":1}"#, "#/copies"),
    (#"{"repair":"removeEvent","force":true}"#, "#/force"),
  ])
  func aBodyAtFaultIsNamed(_ body: String, _ pointer: String) throws {
    add(1)
    let answer = try world.send(.post, "/v1/findings/finding_1/repair", body: body)
    #expect(answer.status == 422 && answer.pointers == [pointer])
    #expect(try wishes == [])
  }

  @Test(arguments: [
    (RepairRefusal.resolved(.gone), 409, "invalid"), (.doesNotFit(.moved), 409, "invalid"),
    (.isCopy, 409, "invalid"), (.underWay("job_7"), 409, "change-in-progress"),
    (.bookingIsBusy, 409, "change-in-progress"), (.notFound, 404, "not-found"),
    (.requestDiffers, 422, "idempotency-mismatch"),
  ])
  func aRepairThatCannotBeSaysWhy(
    _ refusal: RepairRefusal, _ status: Int, _ problem: String
  ) throws {
    add(1)
    world.records.change { $0.repairRefusal = refusal }
    let answer = try world.send(
      .post, "/v1/findings/finding_1/repair", body: #"{"repair":"recreateEvent"}"#)
    #expect(answer.status == status && answer.problem == problem)
  }

  @Test func calendarsAreComparedOnDemand() throws {
    #expect(try world.send(.post, "/v1/findings/compare").json["jobs"] == ["job_1"])
    #expect(try world.send(.post, "/v1/findings/compare", body: "{}").json["jobs"] == ["job_2"])
    let one = try world.send(
      .post, "/v1/findings/compare", body: #"{"calendar":"cal_ana_main"}"#)
    #expect(one.status == 202)
    #expect(try world.records.read { $0.compared } == [nil, nil, CalendarID("cal_ana_main")])
    let stranger = try world.send(
      .post, "/v1/findings/compare", body: #"{"calendar":"cal_eve_main"}"#)
    #expect(stranger.status == 422 && stranger.pointers == ["#/calendar"])
  }

  @Test func scopesAreAskedFor() throws {
    world.addKey("reader", host: nil, scopes: [.jobsRead])
    add(1)
    #expect(try world.send(.get, "/v1/findings", key: "reader").status == 200)
    #expect(
      try world.send(
        .post, "/v1/findings/finding_1/repair", key: "reader",
        body: #"{"repair":"recreateEvent"}"#
      ).status == 403)
  }
}
