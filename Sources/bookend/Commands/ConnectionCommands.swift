import Bookings
import Calendars
import Core
import Crypto
import Foundation
import Queue
import Store

/// `bookend connections …`
struct ConnectionCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  /// Asks the account for its calendars first: one that does not answer is not kept.
  func add() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let owner = try Owner.of(
        installation, name: command.options["--owner-name"],
        email: command.options["--owner-email"], timeZone: command.options["--time-zone"])
      let provider = command.options["--provider"].flatMap(Connection.Provider.init(rawValue:))
      let added =
        try provider == .caldav ? addCalDAV(installation, owner) : addLocal(installation, owner)
      show([added])
      return .success
    }
  }

  private func addLocal(
    _ installation: Installation, _ owner: Owner
  ) throws -> ConnectionWithCalendars {
    let connection = newConnection(installation, owner, .local, url: "", username: "")
    let calendar = Bookings.Calendar(
      id: newCalendarID(installation), connection: connection.id, remoteID: "local",
      name: command.options["--name"] ?? "Calendar", timeZone: owner.host.timeZone,
      isWritable: true)
    try installation.store.insert(connection, secret: nil, calendars: [calendar])
    return ConnectionWithCalendars(connection: connection, calendars: [calendar])
  }

  private func addCalDAV(
    _ installation: Installation, _ owner: Owner
  ) throws -> ConnectionWithCalendars {
    guard let url = command.options["--url"], let user = command.options["--user"],
      let file = command.options["--password-file"]
    else {
      throw CommandRefusal(.usage, "a CalDAV account needs --url, --user and --password-file")
    }
    let password = try readPassword(file)
    let connection = newConnection(installation, owner, .caldav, url: url, username: user)
    let accounts = installation.connectedAccounts(domain: "")
    let remote: [RemoteCalendar]
    do {
      remote = try accounts.calendars(of: connection, password: password)
    } catch {
      throw CommandRefusal(.unavailable, "the account does not answer as it should: \(error)")
    }
    guard !remote.isEmpty else {
      throw CommandRefusal(.unavailable, "the account has no calendar that can hold events")
    }
    let calendars = remote.map {
      Bookings.Calendar(
        id: newCalendarID(installation), connection: connection.id, remoteID: $0.remoteID,
        name: $0.name, timeZone: $0.timeZone, isWritable: $0.isWritable)
    }
    let sealed = try installation.keyring.seal(
      password.reveal().utf8, context: connection.id.text.utf8)
    try installation.store.insert(connection, secret: sealed, calendars: calendars)
    return ConnectionWithCalendars(connection: connection, calendars: calendars)
  }

  func list() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let store = installation.store
      let organization = try store.organizations().first?.id
      let connections = try organization.map { try store.connections(of: $0) } ?? []
      show(
        try connections.map {
          ConnectionWithCalendars(connection: $0, calendars: try store.calendars(of: $0.id))
        })
      return .success
    }
  }

  /// An account that answers again is connected again, and what was parked for it is woken.
  func test() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let id = ConnectionID(command.positionals[0])
      guard let found = try installation.store.connection(id) else {
        throw CommandRefusal("there is no connection \(id)")
      }
      let accounts = installation.connectedAccounts(domain: "")
      let calendars: [RemoteCalendar]
      do {
        calendars = try accounts.directory.provider(of: id).calendars()
      } catch {
        if (error as? ProviderError)?.kind == .needsOwner {
          try installation.store.setState(.needsOwner, of: id)
        }
        throw CommandRefusal(.unavailable, "the account does not answer as it should: \(error)")
      }
      try installation.store.setState(.connected, of: id)
      let woken = try installation.store.resetLane(LaneID(rawValue: found.connection.id.text))
      if command.flags.contains("--json") {
        Output.json {
          $0.object {
            $0.field("connection", id)
            $0.field("calendars", calendars.count)
            $0.field("jobsWoken", woken)
          }
        }
      } else {
        Output.line("it answers, with \(calendars.count) calendars; jobs woken: \(woken)")
      }
      return .success
    }
  }

  private func newConnection(
    _ installation: Installation, _ owner: Owner, _ provider: Connection.Provider, url: String,
    username: String
  ) -> Connection {
    let now = installation.time.now()
    return Connection(
      id: ConnectionID(prefix: "con", at: now, randomness: installation.randomness),
      organization: owner.organization, host: owner.host.id, provider: provider,
      name: command.options["--name"] ?? (provider == .local ? "Built-in calendar" : url), url: url,
      username: username, state: .connected, createdAt: now)
  }

  private func newCalendarID(_ installation: Installation) -> CalendarID {
    CalendarID(prefix: "cal", at: installation.time.now(), randomness: installation.randomness)
  }

  /// The first line of a file, or of standard input: a password in the arguments would be seen by everybody
  /// on the machine.
  private func readPassword(_ file: String) throws -> Redacted<String> {
    let data =
      file == "-"
      ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
    guard let data else { throw CommandRefusal(.usage, "--password-file: cannot read \(file)") }
    let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first
    return Redacted(line.map(String.init) ?? "")
  }

  private func show(_ connections: [ConnectionWithCalendars]) {
    if command.flags.contains("--json") {
      Output.json { writer in
        if command.path.last == "add", let only = connections.first {
          writer.object { only.write(to: &$0) }
        } else {
          writer.object {
            $0.array("data", connections) { writer, one in writer.object { one.write(to: &$0) } }
          }
        }
      }
      return
    }
    if connections.isEmpty { Output.line("no connections") }
    for one in connections {
      let connection = one.connection
      Output.line(
        "\(connection.id)  \(connection.provider.rawValue)  \(connection.state.rawValue)  \(connection.name)"
      )
      for calendar in one.calendars {
        let access = calendar.isWritable ? "" : "  read-only"
        Output.line("  \(calendar.id)  \(calendar.name)  \(calendar.timeZone)\(access)")
      }
    }
  }
}

private struct ConnectionWithCalendars {
  let connection: Connection
  let calendars: [Bookings.Calendar]

  func write(to writer: inout JSONWriter) {
    writer.field("id", connection.id)
    writer.field("provider", connection.provider.rawValue)
    writer.field("name", connection.name)
    writer.field("state", connection.state.rawValue)
    writer.array("calendars", calendars) { writer, calendar in
      writer.object {
        $0.field("id", calendar.id)
        $0.field("name", calendar.name)
        $0.field("timeZone", calendar.timeZone)
        $0.field("isWritable", calendar.isWritable)
      }
    }
  }
}
