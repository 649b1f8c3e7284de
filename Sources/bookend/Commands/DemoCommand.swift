import Bookings
import Core
import Foundation
import Store

/// `bookend demo`: a server with something to try. The first time it makes a host with a built-in calendar,
/// a recurring and a single-use link; every time it says what to open.
struct DemoCommand {
  private let configuration: Configuration

  /// Who tries it out has a CalDAV server on the same machine.
  init(_ configuration: Configuration) {
    var configuration = configuration
    configuration.providers.caldav.allowPrivateAddresses = true
    self.configuration = configuration
  }

  func run() throws -> ExitCode {
    let installation = try Installation(configuration)
    let links: [Link]
    do {
      links = try prepare(installation)
    } catch {
      installation.store.close()
      throw error
    }
    return try ServeCommand.serve(installation) { show(links, at: $0, installation) }
  }

  private func prepare(_ installation: Installation) throws -> [Link] {
    let store = installation.store
    if try store.organizations().isEmpty { try make(installation) }
    let owner = try Owner.of(installation)
    if !FileManager.default.fileExists(atPath: installation.folder.apiKey) {
      let key = try owner.makeKey(
        installation, name: "demo", scopes: Set(APIKey.Scope.allCases))
      try installation.folder.writePrivately(key + "\n", to: installation.folder.apiKey)
    }
    return try store.links(LinkQuery(organization: owner.organization, limit: 20)).reversed()
  }

  private func make(_ installation: Installation) throws {
    let owner = try Owner.of(
      installation, organizationName: "Demo", name: "Alex Rivera", email: "alex@example.com")
    let now = installation.time.now()
    let connection = Connection(
      id: ConnectionID(prefix: "con", at: now, randomness: installation.randomness),
      organization: owner.organization, host: owner.host.id, provider: .local,
      name: "Built-in calendar", url: "", username: "", state: .connected, createdAt: now)
    let calendar = Bookings.Calendar(
      id: CalendarID(prefix: "cal", at: now, randomness: installation.randomness),
      connection: connection.id, remoteID: "local", name: "Alex's calendar",
      timeZone: owner.host.timeZone, isWritable: true)
    try installation.store.insert(connection, secret: nil, calendars: [calendar])

    let calendars = LinkCalendars(destination: calendar.id, conflicts: [calendar.id])
    let hours = WeeklyWindow(
      days: [.mon, .tue, .wed, .thu, .fri], fromMinute: 10 * 60, toMinute: 16 * 60)
    for (kind, title) in [
      (Link.Kind.recurring, "Intro call"), (Link.Kind.singleUse, "One conversation"),
    ] {
      let settings = LinkSettings(
        title: title, description: "Half an hour to get to know each other.",
        timeZone: owner.host.timeZone, weekly: [hours])
      try installation.store.insert(
        Link.new(kind: kind, settings: settings, calendars: calendars, owner: owner, installation))
    }
  }

  private func show(_ links: [Link], at url: String, _ installation: Installation) {
    Output.line("")
    Output.line("Bookend runs. Open a link and book a time:")
    for link in links {
      let state = link.state == .active ? "" : ", \(link.state.rawValue)"
      let kind = link.kind == .recurring ? "recurring" : "single-use"
      Output.line("  \(url)/b/\(link.slug)  (\(kind)\(state): \(link.settings.title))")
    }
    Output.line("API key:  \(installation.folder.apiKey)")
    Output.line("Mail:     \(installation.folder.outbox)/ (the outbox: nothing is sent)")
    Output.line("Stop with Ctrl-C; everything is kept in \(installation.folder.path)/.")
    Output.line("")
  }
}
