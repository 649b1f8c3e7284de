import Bookings
import Core
import Store

/// Where a link's events go and whose busy time counts.
struct LinkCalendars {
  let destination: CalendarID
  let conflicts: [CalendarID]

  /// The calendar asked for, or the host's first that can be written; all of the host's calendars count.
  static func choose(
    _ wanted: CalendarID?, _ installation: Installation, _ owner: Owner
  ) throws -> LinkCalendars {
    let store = installation.store
    let all = try store.connections(of: owner.organization).flatMap {
      try store.calendars(of: $0.id)
    }
    guard !all.isEmpty else {
      throw CommandRefusal("a link needs a calendar: see bookend connections add --help")
    }
    if let wanted {
      guard let chosen = all.first(where: { $0.id == wanted }) else {
        throw CommandRefusal(.usage, "--calendar: there is no calendar \(wanted)")
      }
      guard chosen.isWritable else {
        throw CommandRefusal(.usage, "--calendar: \(wanted) cannot be written")
      }
      return LinkCalendars(destination: wanted, conflicts: [wanted])
    }
    guard let first = all.first(where: \.isWritable) else {
      throw CommandRefusal("none of the connected calendars can be written")
    }
    return LinkCalendars(destination: first.id, conflicts: all.map(\.id))
  }
}

extension LinkCalendars {
  /// Whether the destination's provider makes the video meetings that the link is to have.
  static func check(_ link: Link, _ installation: Installation) throws {
    let store = installation.store
    guard let calendar = try store.calendar(link.destination),
      let provider = try store.connection(calendar.connection)?.connection.provider,
      let problem = link.settings.location.problem(onCalendarOf: provider)
    else { return }
    throw CommandRefusal(.usage, "location.kind: \(problem)")
  }
}

extension Link {
  static func new(
    kind: Kind, slug: String? = nil, settings: LinkSettings, calendars: LinkCalendars,
    owner: Owner, _ installation: Installation
  ) -> Link {
    let now = installation.time.now()
    return Link(
      id: LinkID(prefix: "lnk", at: now, randomness: installation.randomness),
      organization: owner.organization,
      host: LinkHost(id: owner.host.id, name: owner.host.name, email: owner.host.email),
      // 128 random bits: who has not been given the link does not find it.
      slug: slug ?? base32hex(installation.randomness.bytes(16)), kind: kind, settings: settings,
      destination: calendars.destination, conflicts: calendars.conflicts, createdAt: now,
      updatedAt: now)
  }
}
