import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// Two organizations with the same things: each query shows one's own and changes nothing of the other's.
struct TenantTests {
  private struct Tenant {
    let id: OrganizationID
    let host: LinkHost
    let link: Link
    let booking: Booking
    let job: JobID
  }

  let world: StoreWorld
  private let ours: Tenant
  private let theirs: Tenant
  var store: Store { world.store }

  init() throws {
    world = try StoreWorld()
    let host = LinkHost(id: HostID("hst_2"), name: "Eve", email: "eve@example.com")
    let calendar = CalendarID("cal_3")
    try world.addOrganization(OrganizationID("org_2"), host: host, calendars: [calendar])
    ours = try Self.fill(world, StoreWorld.organization, StoreWorld.host, StoreWorld.calendar, "1")
    theirs = try Self.fill(world, OrganizationID("org_2"), host, calendar, "2")
  }

  private static func fill(
    _ world: StoreWorld, _ id: OrganizationID, _ host: LinkHost, _ calendar: CalendarID,
    _ suffix: String
  ) throws -> Tenant {
    let link = try world.addLink(
      "lnk_\(suffix)", organization: id, host: host, calendar: calendar)
    let booking = try world.add(
      world.booking("bkg_\(suffix)", of: link, at: StoreWorld.slot(60)), of: link)
    let job = try world.store.enqueue(.plain(organization: id.text))
    try world.store.finish(try world.store.claimOne(), .parked)
    return Tenant(id: id, host: host, link: link, booking: booking, job: job)
  }

  @Test func lists() throws {
    #expect(try store.links(LinkQuery(organization: ours.id, limit: 9)) == [ours.link])
    #expect(try store.bookings(BookingQuery(organization: ours.id, limit: 9)) == [ours.booking])
    #expect(
      try store.jobs(JobQuery(organization: ours.id.text, limit: 9)).map(\.id) == [ours.job])
    #expect(try store.hosts(of: ours.id).map(\.id) == [ours.host.id])
    #expect(try store.connections(of: ours.id).map(\.organization) == [ours.id])
  }

  /// Ids of the other organization, in every place where one can be given.
  @Test func theirIDsFindNothing() throws {
    var links = LinkQuery(organization: ours.id, limit: 9)
    links.host = theirs.host.id
    #expect(try store.links(links) == [])
    var bookings = BookingQuery(organization: ours.id, limit: 9)
    bookings.link = theirs.link.id
    #expect(try store.bookings(bookings) == [])
    bookings.link = nil
    bookings.host = theirs.host.id
    #expect(try store.bookings(bookings) == [])
    #expect(try store.hosts(of: ours.id, host: theirs.host.id) == [])
    #expect(try store.connections(of: ours.id, host: theirs.host.id) == [])
    #expect(try store.job(theirs.job, of: ours.id.text) == nil)
    #expect(try store.job(theirs.job, of: theirs.id.text)?.id == theirs.job)
  }

  @Test func nothingOfTheirsIsChanged() throws {
    #expect(try !store.deleteLink(theirs.link.id, of: ours.id, host: nil))
    #expect(try store.link(slug: theirs.link.slug) == theirs.link)
    #expect(try store.retry(theirs.job, of: ours.id.text) == .notFound)
    #expect(try store.job(theirs.job, of: nil)?.state == .parked)
  }

  /// The server's own chores belong to nobody, and nobody sees them.
  @Test func choresAreNobodys() throws {
    let chore = try store.enqueue(.plain())
    #expect(try store.job(chore, of: ours.id.text) == nil)
    #expect(try store.retry(chore, of: ours.id.text) == .notFound)
    #expect(try store.job(chore, of: nil) != nil)
  }

  @Test func bookingsAreFoundByWhatIsAskedFor() throws {
    func found(_ change: (inout BookingQuery) -> Void) throws -> [Booking] {
      var query = BookingQuery(organization: ours.id, limit: 9)
      change(&query)
      return try store.bookings(query)
    }
    let time = ours.booking.time
    #expect(try found { $0.host = ours.host.id } == [ours.booking])
    #expect(try found { $0.link = ours.link.id } == [ours.booking])
    #expect(try found { $0.guestEmail = "grace@EXAMPLE.com" } == [ours.booking])
    #expect(try found { $0.guestEmail = "nobody@example.com" } == [])
    #expect(try found { $0.state = .pending } == [ours.booking])
    #expect(try found { $0.state = .confirmed } == [])
    #expect(try found { $0.from = time.end } == [])
    #expect(try found { $0.from = time.end - .milliseconds(1) } == [ours.booking])
    #expect(try found { $0.to = time.start } == [])
    #expect(try found { $0.to = time.start + .milliseconds(1) } == [ours.booking])
    #expect(try found { $0.before = ours.booking.id } == [])
  }
}
