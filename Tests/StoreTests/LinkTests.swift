import Bookings
import Core
import Queue
import Store
import Synchronization
import TestSupport
import Testing

struct LinkTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  @Test func comesBackAsItWasStored() throws {
    let link = try world.addLink()
    #expect(try store.link(slug: link.slug) == link)
    #expect(try store.link(link.id) == link)
    #expect(try store.link(slug: "none") == nil)
  }

  @Test func aSlugIsNeverGivenAgain() throws {
    let first = try world.addLink("lnk_1", slug: "intro")
    #expect(throws: LinkError.slugTaken) { try world.addLink("lnk_2", slug: "intro") }
    try store.delete(first)
    #expect(throws: LinkError.slugTaken) { try world.addLink("lnk_3", slug: "intro") }
  }

  @Test func aDeletedLinkIsNotFoundButItsBookingsFindIt() throws {
    let link = try world.addLink()
    _ = try store.link(slug: link.slug)
    try store.delete(link)
    #expect(try store.link(slug: link.slug) == nil)
    #expect(try store.links(LinkQuery(organization: link.organization, limit: 10)) == [])
    #expect(try store.link(link.id)?.state == .deleted)
    #expect(throws: LinkError.changed) { try store.delete(link) }
    #expect(throws: LinkError.changed) { try store.change(link) { $0.revision = 1 } }
  }

  // MARK: - The cache

  @Test func theCacheFollowsEveryChange() throws {
    let link = try world.addLink(kind: .singleUse)
    #expect(try store.link(slug: link.slug)?.state == .active)
    let booking = try world.add(world.booking(of: link, at: StoreWorld.slot(60)), of: link)
    #expect(try store.link(slug: link.slug)?.state == .spent)
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: booking.id, change: .rejected), followUps: [])
    #expect(try store.link(slug: link.slug)?.state == .active)
    #expect(try store.link(slug: link.slug)?.revision == 3)
  }

  @Test func theCacheFollowsAnotherProcess() throws {
    let link = try world.addLink()
    let other = try world.openProcess("other")
    defer { other.close() }
    #expect(try other.link(slug: link.slug) == link)
    #expect(try store.link(slug: link.slug) == link)
    try other.delete(link)
    #expect(try store.link(slug: link.slug) == nil)
  }

  /// Readers that are late put an older link into the cache: nobody may be given it.
  @Test func theCacheIsNotStaleUnderRaces() throws {
    let link = try world.addLink(kind: .singleUse)
    let (store, id, slug) = (store, link.id, link.slug)
    let stale = Atomic(0)
    let revision = Atomic(1)
    let isOver = Atomic(false)
    let template = world.booking(of: link, at: StoreWorld.slot(60))
    inThreads(4) { thread in
      if thread == 0 {
        for number in 0..<40 {
          let booking = template.renamed("bkg_\(number)")
          _ = try? store.transact { ledger in
            _ = try ledger.spend(id, for: booking.id)
            try ledger.insert(booking)
            return try ledger.enqueue(.plain())
          }
          revision.wrappingAdd(1, ordering: .releasing)
          guard let job = try? store.claimOne() else { continue }
          try? store.finish(
            job, .completed, record: Settlement(booking: booking.id, change: .rejected),
            followUps: [])
          revision.wrappingAdd(1, ordering: .releasing)
        }
        isOver.store(true, ordering: .releasing)
      } else {
        while !isOver.load(ordering: .acquiring) {
          let least = revision.load(ordering: .acquiring)
          let found = try? store.link(slug: slug)
          if (found?.revision ?? 0) < least { stale.wrappingAdd(1, ordering: .relaxed) }
        }
      }
    }
    #expect(revision.load(ordering: .relaxed) == 81)
    #expect(try store.link(slug: slug)?.revision == 81)
    #expect(stale.load(ordering: .relaxed) == 0)
  }

  // MARK: - Lists

  @Test func listsTheNewestFirstAndPageByPage() throws {
    for number in 1...5 { try world.addLink("lnk_\(number)") }
    var query = LinkQuery(organization: StoreWorld.organization, limit: 2)
    var pages: [[String]] = []
    while case let page = try store.links(query), let last = page.last {
      pages.append(page.map(\.id.text))
      query.before = last.id
    }
    #expect(pages == [["lnk_5", "lnk_4"], ["lnk_3", "lnk_2"], ["lnk_1"]])
  }

  @Test func findsByWhatItIsAskedFor() throws {
    try world.addLink("lnk_1", slug: "intro", title: "First talk")
    try world.addLink("lnk_2", slug: "deep-dive", kind: .singleUse, title: "100% INTRO_dive")
    func found(_ change: (inout LinkQuery) -> Void) throws -> [String] {
      var query = LinkQuery(organization: StoreWorld.organization, limit: 10)
      change(&query)
      return try store.links(query).map(\.id.text)
    }
    #expect(try found { $0.kind = .singleUse } == ["lnk_2"])
    #expect(try found { $0.state = .active } == ["lnk_2", "lnk_1"])
    #expect(try found { $0.state = .paused } == [])
    #expect(try found { $0.host = StoreWorld.host.id } == ["lnk_2", "lnk_1"])
    #expect(try found { $0.host = HostID("hst_9") } == [])
    #expect(try found { $0.text = "Intro" } == ["lnk_2", "lnk_1"])
    #expect(try found { $0.text = "DEEP" } == ["lnk_2"])
    // The signs of LIKE mean nothing.
    #expect(try found { $0.text = "%" } == ["lnk_2"])
    #expect(try found { $0.text = "_" } == ["lnk_2"])
    #expect(try found { $0.text = "'" } == [])
  }
}
