import Bookings
import Core
import Store
import Web

/// `bookend links …`
struct LinkCommands {
  let configuration: Configuration
  let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func create() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let owner = try Owner.of(installation)
      let link = try newLink(installation, owner)
      try LinkCalendars.check(link, installation)
      do {
        _ = try installation.store.keep(
          link, replacing: nil, as: LinkOperation(.create, by: "commandLine"))
      } catch LinkError.slugTaken {
        throw CommandRefusal("--slug: \(link.slug) is taken, or was")
      }
      if command.flags.contains("--json") { return showJSON(link) }
      Output.line(url(of: link))
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
      query.text = command.options["--search"]
      return try show(try installation.store.links(query))
    }
  }

  /// Every setting, in the form that `--settings` takes.
  func show() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let link = try found(installation)
      if command.flags.contains("--json") { return showJSON(link) }
      var writer = JSONWriter(isPretty: true)
      link.write(to: &writer, publicURL: configuration.server.publicUrl)
      Output.line(String(decoding: writer.bytes, as: UTF8.self))
      return .success
    }
  }

  func update() throws -> ExitCode {
    try change(.update) { link, installation in
      link.settings = try LinkOptions(command).settings(
        over: link.settings.json, zone: link.settings.timeZone, installation)
      if let slug = command.options["--slug"] {
        try LinkOptions.check(slug: slug, link.kind)
        link.slug = slug
      }
      if let wanted = command.options["--calendar"] {
        let owner = try Owner.of(installation)
        link.destination = try LinkCalendars.choose(CalendarID(wanted), installation, owner)
          .destination
        if !link.conflicts.contains(link.destination) { link.conflicts.append(link.destination) }
      }
      try LinkCalendars.check(link, installation)
    }
  }

  func pause() throws -> ExitCode { try change(.pause) { try $0.set(.paused) } }

  func resume() throws -> ExitCode { try change(.resume) { try $0.set(.active) } }

  func delete() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      var link = try found(installation)
      let revision = link.revision
      link.state = .deleted
      try keep(link, replacing: revision, .delete, installation)
      if command.flags.contains("--json") {
        Output.json { $0.object { $0.field("deleted", link.id) } }
      } else {
        Output.line("deleted \(link.id)")
      }
      return .success
    }
  }
}

// MARK: - Steps

extension LinkCommands {
  private func change(
    _ verb: LinkOperation.Verb, _ apply: (inout Link, Installation) throws -> Void
  ) throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let link = try found(installation)
      var changed = link
      try apply(&changed, installation)
      if changed != link { try keep(changed, replacing: link.revision, verb, installation) }
      if command.flags.contains("--json") {
        return showJSON(try installation.store.link(link.id) ?? changed)
      }
      Output.line("\(changed.state.rawValue): \(url(of: changed))")
      return .success
    }
  }

  private func change(
    _ verb: LinkOperation.Verb, _ apply: (inout Link) throws -> Void
  ) throws -> ExitCode {
    try change(verb) { link, _ in try apply(&link) }
  }

  private func keep(
    _ link: Link, replacing revision: Int, _ verb: LinkOperation.Verb,
    _ installation: Installation
  ) throws {
    var link = link
    link.revision = revision + 1
    link.updatedAt = installation.time.now()
    do {
      _ = try installation.store.keep(
        link, replacing: revision, as: LinkOperation(verb, by: "commandLine"))
    } catch LinkError.slugTaken {
      throw CommandRefusal("--slug: \(link.slug) is taken, or was")
    } catch LinkError.changed {
      throw CommandRefusal("\(link.id) was changed by somebody else at this moment: try again")
    }
  }

  func found(_ installation: Installation) throws -> Link {
    let id = LinkID(command.positionals[0])
    guard let link = try installation.store.link(id), link.state != .deleted else {
      throw CommandRefusal("there is no link \(id)")
    }
    return link
  }

  private func newLink(_ installation: Installation, _ owner: Owner) throws -> Link {
    let kind = command.options["--kind"].flatMap(Link.Kind.init(rawValue:)) ?? .recurring
    let settings = try LinkOptions(command).settings(
      over: JSONObject(), zone: owner.host.timeZone, installation)
    let slug = command.options["--slug"]
    if let slug { try LinkOptions.check(slug: slug, kind) }
    let calendars = try LinkCalendars.choose(
      command.options["--calendar"].map { CalendarID($0) }, installation, owner)
    return Link.new(
      kind: kind, slug: slug, settings: settings, calendars: calendars, owner: owner, installation)
  }

  func url(of link: Link) -> String {
    "\(configuration.server.publicUrl)/b/\(link.slug)"
  }

  func showJSON(_ link: Link) -> ExitCode {
    Output.json { link.write(to: &$0, publicURL: configuration.server.publicUrl) }
    return .success
  }

  private func show(_ links: [Link]) throws -> ExitCode {
    if command.flags.contains("--json") {
      Output.json { writer in
        writer.object {
          $0.array("data", links) { writer, link in
            link.write(to: &writer, publicURL: configuration.server.publicUrl)
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
              $0.id.text, $0.state.rawValue, $0.kind.rawValue, $0.settings.title, url(of: $0),
            ]
          })
    }
    return .success
  }
}

extension Link {
  fileprivate mutating func set(_ state: State) throws {
    if self.state == .spent { throw CommandRefusal("\(id) has been used and takes no bookings") }
    self.state = state
  }
}
