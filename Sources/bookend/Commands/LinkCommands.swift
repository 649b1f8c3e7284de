import Bookings
import Core
import Store

/// `bookend links …`
struct LinkCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func create() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let owner = try Owner.of(installation)
      let link = try newLink(installation, owner)
      do {
        try installation.store.insert(link)
      } catch LinkError.slugTaken {
        throw CommandRefusal("--slug: \(link.slug) is taken, or was")
      }
      let url = "\(configuration.server.publicUrl)/b/\(link.slug)"
      if command.flags.contains("--json") {
        Output.json { $0.object { link.write(to: &$0, url: url) } }
      } else {
        Output.line(url)
      }
      return .success
    }
  }

  func list() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      guard let organization = try installation.store.organizations().first?.id else {
        return try show([])
      }
      var query = LinkQuery(organization: organization, limit: 1000)
      query.state = command.options["--state"].flatMap(Link.State.init(rawValue:))
      query.kind = command.options["--kind"].flatMap(Link.Kind.init(rawValue:))
      return try show(try installation.store.links(query))
    }
  }

  func delete() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let id = LinkID(command.positionals[0])
      guard let organization = try installation.store.organizations().first?.id,
        try installation.store.deleteLink(
          id, of: organization, host: nil, revision: nil)
      else { throw CommandRefusal("there is no link \(id)") }
      if command.flags.contains("--json") {
        Output.json { $0.object { $0.field("deleted", id) } }
      } else {
        Output.line("deleted \(id)")
      }
      return .success
    }
  }

  private func newLink(_ installation: Installation, _ owner: Owner) throws -> Link {
    let kind = command.options["--kind"].flatMap(Link.Kind.init(rawValue:)) ?? .recurring
    var settings = LinkSettings(
      title: command.options["--title"] ?? "",
      timeZone: command.options["--time-zone"] ?? owner.host.timeZone, weekly: [.officeHours])
    if let text = command.options["--duration"] {
      guard let minutes = Int(text) else {
        throw CommandRefusal(.usage, "--duration must be a number of minutes, is \(text)")
      }
      settings.durationsMinutes = [minutes]
      settings.slotIntervalMinutes = minutes
    }
    let problems = settings.problems(zones: installation.zones)
    if !problems.isEmpty {
      let words = problems.map { "\($0.pointer): \($0.detail)" }.joined(separator: "; ")
      throw CommandRefusal(.usage, words)
    }
    let slug = command.options["--slug"]
    if let slug {
      guard kind == .recurring else {
        throw CommandRefusal(.usage, "--slug is for recurring links: others must not be guessed")
      }
      if let problem = Slug.problem(slug) { throw CommandRefusal(.usage, "--slug \(problem)") }
    }
    let calendars = try LinkCalendars.choose(
      command.options["--calendar"].map { CalendarID($0) }, installation, owner)
    return Link.new(
      kind: kind, slug: slug, settings: settings, calendars: calendars, owner: owner, installation)
  }

  private func show(_ links: [Link]) throws -> ExitCode {
    if command.flags.contains("--json") {
      Output.json { writer in
        writer.object {
          $0.array("data", links) { writer, link in
            let url = "\(configuration.server.publicUrl)/b/\(link.slug)"
            writer.object { link.write(to: &$0, url: url) }
          }
        }
      }
    } else if links.isEmpty {
      Output.line("no links")
    } else {
      Output.table(
        [["ID", "STATE", "KIND", "TITLE", "URL"]]
          + links.map {
            [
              $0.id.text, $0.state.rawValue, $0.kind.rawValue, $0.settings.title,
              "\(configuration.server.publicUrl)/b/\($0.slug)",
            ]
          })
    }
    return .success
  }
}

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

  fileprivate func write(to writer: inout JSONWriter, url: String) {
    writer.field("id", id)
    writer.field("slug", slug)
    writer.field("url", url)
    writer.field("kind", kind.rawValue)
    writer.field("state", state.rawValue)
    settings.write(to: &writer)
    writer.object("calendars") {
      $0.array("conflicts", conflicts) { $0.value($1) }
      $0.field("destination", destination)
    }
  }
}
