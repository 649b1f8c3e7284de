import Bookings
import Core
import Intake
import Queue
import Store
import TestSupport
import Testing

/// What becomes of a link that is changed, and what is kept of how it was.
struct LinkChangeTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  @Test func aChangeIsMadeOnTheRevisionThatWasRead() throws {
    let link = try world.addLink()
    let changed = try store.change(link) { $0.settings.title = "Another" }
    #expect(try store.link(link.id) == changed)
    #expect(throws: LinkError.changed) { try store.change(link) { $0.settings.title = "Late" } }
    #expect(try store.link(link.id) == changed)
  }

  @Test func ofManyAtOnceOneIsMadeEachRound() throws {
    let link = try world.addLink()
    let store = store
    inThreads(8) { number in
      _ = try? store.change(link) { $0.settings.title = "Number \(number)" }
    }
    #expect(try store.link(link.id)?.revision == 2)
    #expect(try world.rows("SELECT count(*) FROM jobs") { $0.int(0) } == [1])
  }

  // MARK: - Slugs

  @Test func aFormerSlugGoesOnToLeadToItsLink() throws {
    let first = try world.addLink(slug: "intro")
    let second = try store.change(first) { $0.slug = "hello" }
    let third = try store.change(second) { $0.slug = "good-day" }
    for slug in ["intro", "hello", "good-day"] {
      #expect(try store.link(slug: slug) == third, "\(slug)")
    }
    let back = try store.change(third) { $0.slug = "intro" }
    #expect(try store.link(slug: "good-day") == back)
    #expect(try store.link(slug: "intro") == back)
    let again = try store.change(back) { $0.slug = "hello" }
    #expect(try store.link(slug: "intro") == again)
  }

  @Test func aFormerSlugIsNobodyElses() throws {
    let link = try store.change(world.addLink("lnk_1", slug: "intro")) { $0.slug = "hello" }
    let other = try world.addLink("lnk_2", slug: "other")
    #expect(throws: LinkError.slugTaken) { try world.addLink("lnk_3", slug: "intro") }
    #expect(throws: LinkError.slugTaken) { try store.change(other) { $0.slug = "intro" } }
    #expect(throws: LinkError.slugTaken) { try store.change(other) { $0.slug = "hello" } }
    try store.delete(link)
    #expect(throws: LinkError.slugTaken) { try store.change(other) { $0.slug = "intro" } }
    #expect(try store.link(slug: "intro") == nil)
    #expect(try store.link(slug: "hello") == nil)
    #expect(try store.link(slug: "other") == other)
  }

  /// Whatever the program believes.
  @Test func theSchemaKeepsSlugsToo() throws {
    let link = try store.change(world.addLink("lnk_1", slug: "intro")) { $0.slug = "hello" }
    try world.addLink("lnk_2", slug: "other")
    for sql in [
      "UPDATE links SET slug = 'intro' WHERE id = 'lnk_2'",
      "UPDATE links SET slug = 'third' WHERE id = 'lnk_2'",
      """
      INSERT INTO links SELECT 'lnk_3', organization_id, host_id, 'intro', kind, 'active', 1, '{}',
        destination_calendar_id, '', 0, 0 FROM links WHERE id = 'lnk_2'
      """,
    ] {
      #expect(throws: (any Error).self, "\(sql)") { try world.execute(sql) }
    }
    #expect(try store.link(slug: "intro") == link)
  }

  // MARK: - Settings

  @Test func formerSettingsAreKeptForAWhile() throws {
    let link = try world.addLink()
    world.time.advance(.minutes(1))
    let changed = try store.change(link) { $0.settings.durationsMinutes = [60] }
    let paused = try store.change(changed, .pause) { $0.state = .paused }
    world.time.advance(.minutes(1))
    _ = try store.change(paused) { $0.settings.durationsMinutes = [45] }
    let now = world.time.now()
    func former(_ minutes: Int) throws -> [[Int]] {
      try store.formerSettings(of: link.id, replacedAfter: now - .minutes(minutes))
        .map(\.durationsMinutes)
    }
    #expect(try former(5) == [[60], link.settings.durationsMinutes])
    #expect(try former(1) == [[60]])
    #expect(try former(0) == [])
  }

  @Test func onlySoManyAreKept() throws {
    var link = try world.addLink()
    for number in 1...30 {
      link = try store.change(link) { $0.settings.title = "Number \(number)" }
    }
    #expect(
      try store.formerSettings(of: link.id, replacedAfter: Timestamp(seconds: 0)).count == 20)
  }

  // MARK: - The record

  @Test func everyOperationIsAJobThatHasEnded() throws {
    let link = try world.addLink()
    let request = IdempotentRequest(scope: "links", key: "key-of-a-change", digest: [1])
    var changed = link
    changed.settings.title = "Another"
    changed.revision = 2
    let operation = LinkOperation(.update, by: "key_7")
    #expect(
      try store.keep(
        changed, replacing: 1, as: operation, request: request, answer: [1, 2]) == nil)
    let jobs = try store.jobs(JobQuery(organization: "org_1", limit: 9))
    #expect(jobs.map(\.state) == [.completed])
    #expect(jobs.map(\.kind.rawValue) == ["link"])
    #expect(
      jobs.first?.payload
        == #"{"version":1,"operation":"update","linkId":"lnk_1","revision":2,"by":"key_7"}"#)
    #expect(jobs.first?.waitingFor(now: world.time.now()) == nil)
    // Nothing is there for a worker.
    #expect(try store.claim(limit: 9).jobs.isEmpty)

    let again = try store.keep(
      changed, replacing: 1, as: operation, request: request, answer: [3])
    #expect(again == LinkAnswer(link: link.id, body: [1, 2]))
    #expect(try store.linkAnswer(to: request, of: link.organization)?.body == [1, 2])
    #expect(try store.linkAnswer(to: request, of: OrganizationID("org_2")) == nil)
    #expect(try store.jobs(JobQuery(organization: "org_1", limit: 9)).count == 1)
    let other = IdempotentRequest(scope: "links", key: "key-of-a-change", digest: [2])
    #expect(throws: LinkError.requestDiffers) {
      _ = try store.linkAnswer(to: other, of: link.organization)
    }
  }

  @Test func aRefusedChangeLeavesNothing() throws {
    let link = try world.addLink("lnk_1", slug: "intro")
    try world.addLink("lnk_2", slug: "other")
    let request = IdempotentRequest(scope: "links", key: "key-of-a-change", digest: [1])
    var changed = link
    changed.slug = "other"
    changed.revision = 2
    #expect(throws: LinkError.slugTaken) {
      _ = try store.keep(
        changed, replacing: 1, as: LinkOperation(.update, by: "key_7"), request: request)
    }
    #expect(try store.linkAnswer(to: request, of: link.organization) == nil)
    #expect(try store.jobs(JobQuery(organization: "org_1", limit: 9)) == [])
    #expect(try store.link(link.id) == link)
  }
}
