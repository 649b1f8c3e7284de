import Bookings
import Core

/// `bookend keys create`
struct KeyCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func create() throws -> ExitCode {
    let scopes = try readScopes(command.options["--scopes"] ?? "")
    return try Installation.with(configuration) { installation in
      let owner = try Owner.of(installation)
      var host: HostID?
      if let wanted = command.options["--host"] {
        let known = try installation.store.hosts(of: owner.organization, host: HostID(wanted))
        guard let found = known.first else {
          throw CommandRefusal(.usage, "--host: there is no host \(wanted)")
        }
        host = found.id
      }
      let key = try owner.makeKey(
        installation, name: command.options["--name"] ?? "", scopes: scopes, host: host)
      if command.flags.contains("--json") {
        Output.json { $0.object { $0.field("key", key) } }
      } else {
        Output.line(key)
      }
      return .success
    }
  }

  private func readScopes(_ list: String) throws -> Set<APIKey.Scope> {
    let all = APIKey.Scope.allCases
    var scopes: Set<APIKey.Scope> = []
    for word in list.split(separator: ",") {
      guard let scope = APIKey.Scope(rawValue: String(word)) else {
        let known = all.map(\.rawValue).joined(separator: ", ")
        throw CommandRefusal(.usage, "--scopes: \(word) is none of \(known)")
      }
      scopes.insert(scope)
    }
    if scopes.isEmpty { throw CommandRefusal(.usage, "--scopes: name at least one scope") }
    return scopes
  }
}
