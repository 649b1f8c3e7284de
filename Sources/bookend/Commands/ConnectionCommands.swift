import Bookings
import Calendars
import Core
import Foundation
import Queue
import Store
import Web

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
      let account = try newAccount(owner.host)
      let desk = try installation.accountDesk(log: log(installation))
      let kept = try refusing { try desk.connect(account, for: owner.host) }
      show([ConnectionWithCalendars(connection: kept.connection, calendars: kept.calendars)])
      return .success
    }
  }

  private func newAccount(_ host: HostRecord) throws -> NewAccount {
    let options = command.options
    let name = options["--name"]
    switch options["--provider"].flatMap(Connection.Provider.init(rawValue:)) {
    case .local?, nil: return .local(name: name ?? "Built-in calendar", timeZone: host.timeZone)
    case .caldav?:
      guard let url = options["--url"], let user = options["--user"],
        let file = options["--password-file"]
      else {
        throw CommandRefusal(.usage, "a CalDAV account needs --url, --user and --password-file")
      }
      return .caldav(url: url, username: user, password: try readPassword(file), name: name)
    case .google?:
      guard let file = options["--key-file"] else {
        throw CommandRefusal(
          .usage,
          "a service account needs --key-file; for a person's own account there is "
            + "\"bookend connections authorize\"")
      }
      return .serviceAccount(key: try readKeyFile(file), subject: options["--subject"], name: name)
    case .outlook?:
      guard let mailbox = options["--mailbox"] else {
        throw CommandRefusal(
          .usage,
          "client credentials need --mailbox; for a person's own account there is "
            + "\"bookend connections authorize\"")
      }
      if let tenant = options["--tenant"], !ConfigurationSetting.isTenant(tenant) {
        throw CommandRefusal(.usage, "--tenant must be a tenant's id or domain")
      }
      return .mailbox(address: mailbox, tenant: options["--tenant"], name: name)
    }
  }

  /// Prints the address that the account's owner has to open in a browser, on the server that runs.
  func authorize() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let owner = try Owner.of(installation)
      let provider = command.options["--provider"].flatMap(Connection.Provider.init(rawValue:))
      guard let provider else {
        throw CommandRefusal(.usage, "--provider must be google or outlook")
      }
      let desk = try installation.accountDesk(log: log(installation))
      guard desk.canSignIn(at: provider) else {
        throw CommandRefusal(
          .configuration, "\(provider.rawValue) \(AccountDesk.noClient(provider))")
      }
      let again = try command.options["--connection"].map {
        try found(ConnectionID($0), installation)
      }
      let expiresAt = installation.time.now() + SignInTickets.lifetime
      let ticket = SignInTickets(BookingTokens(key: try installation.folder.tokenKey())).ticket(
        for: SignInWish(
          organization: owner.organization, host: again?.host ?? owner.host.id,
          provider: provider, connection: again?.id),
        expiresAt: expiresAt)
      let url = "\(configuration.server.publicUrl)/connect/\(ticket)"
      if command.flags.contains("--json") {
        Output.json {
          $0.object {
            $0.field("url", url)
            $0.field("expiresAt", expiresAt)
          }
        }
      } else {
        Output.line("Open this within an hour, while the server runs:")
        Output.line(url)
      }
      return .success
    }
  }

  /// What depends on the account is only harmed where `--pause-links` says so.
  func remove() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let connection = try found(ConnectionID(command.positionals[0]), installation)
      let desk = try installation.accountDesk(log: log(installation))
      let done: Disconnected? = try desk.disconnect(
        connection.id, of: connection.organization, host: nil,
        pausingLinks: command.flags.contains("--pause-links"))
      switch done {
      case nil: throw CommandRefusal("there is no connection \(connection.id)")
      case .inUse(let dependents)?:
        let links = dependents.links.map { "  \($0.link)  \($0.title)" }.joined(separator: "\n")
        throw CommandRefusal(
          "\(dependents.links.count) links use its calendars, and \(dependents.upcomingBookings) "
            + "bookings on them are still to come; with --pause-links those links take no bookings "
            + "until they have other calendars\n\(links)")
      case .done(let dependents, _)?:
        if command.flags.contains("--json") {
          Output.json {
            $0.object {
              $0.field("connection", connection.id)
              $0.field("linksPaused", dependents.links.count)
            }
          }
        } else {
          Output.line("\(connection.id) is disconnected; links paused: \(dependents.links.count)")
        }
        return .success
      }
    }
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
      let connection = try found(ConnectionID(command.positionals[0]), installation)
      let desk = try installation.accountDesk(log: log(installation))
      let tested = try refusing { try desk.test(connection) }
      if let trouble = tested.trouble {
        throw CommandRefusal(.unavailable, "the account does not answer as it should: \(trouble)")
      }
      if command.flags.contains("--json") {
        Output.json {
          $0.object {
            $0.field("connection", connection.id)
            $0.field("calendars", tested.calendars.count)
            $0.field("jobsWoken", tested.jobsWoken)
          }
        }
      } else {
        Output.line(
          "it answers, with \(tested.calendars.count) calendars; jobs woken: \(tested.jobsWoken)")
      }
      return .success
    }
  }

  private func found(_ id: ConnectionID, _ installation: Installation) throws -> Connection {
    guard let found = try installation.store.connection(id) else {
      throw CommandRefusal("there is no connection \(id)")
    }
    return found.connection
  }

  /// What the desk refuses, in the command line's words.
  private func refusing<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as AccountsError {
      switch error {
      case .invalid(let problems):
        throw CommandRefusal(
          .unavailable,
          problems.map { "\($0.pointer.text.dropFirst(2)): \($0.detail)" }.joined(separator: "; "))
      case .unreachable(let reason):
        throw CommandRefusal(.unavailable, "the account does not answer as it should: \(reason)")
      case .requestDiffers, .changedMeanwhile:
        throw CommandRefusal("the account was changed by somebody else at the same time")
      }
    }
  }

  /// Commands tell their result; of the log only what went wrong.
  private func log(_ installation: Installation) -> Log {
    Log(time: installation.time, minimum: .error)
  }

  private func readKeyFile(_ file: String) throws -> Redacted<JSON> {
    guard let data = FileManager.default.contents(atPath: file),
      let json = try? JSON.parse([UInt8](data))
    else { throw CommandRefusal(.usage, "--key-file: cannot read \(file) as JSON") }
    return Redacted(json)
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
