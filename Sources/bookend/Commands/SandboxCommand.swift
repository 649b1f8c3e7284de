import Core
import Foundation
import Sandbox

/// `bookend sandbox`: stands in for Google Calendar and Microsoft Graph on loopback until told to stop.
struct SandboxCommand {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func run() throws -> ExitCode {
    var options = Sandbox.Options()
    // A port of the file's is the server's own, which may be running beside us.
    if command.configuration.contains(where: { $0.option == "--port" }) {
      options.port = UInt16(clamping: configuration.server.port)
    }
    if let text = command.options["--seed"] {
      guard let seed = UInt64(text) else {
        throw CommandRefusal(.usage, "--seed must be a whole number from 0 to \(UInt64.max)")
      }
      options.seed = seed
    }
    let time = SystemTime()
    let signals = StopSignals()
    let sandbox = Sandbox(
      options, zones: ZoneDatabase(directory: configuration.time.zoneinfoDirectory),
      log: Log(time: time, minimum: max(configuration.log.level, .warning)), time: time)
    try sandbox.start()
    show(sandbox.baseURL ?? "")
    _ = signals.wait()
    sandbox.stop(by: time.monotonic() + .seconds(2))
    return .success
  }

  private func show(_ base: String) {
    let addresses = SandboxAddresses(base)
    guard !command.flags.contains("--json") else {
      return Output.json { $0.value(addresses.json) }
    }
    Output.line(
      "Google Calendar and Microsoft Graph, stood in for; everything is forgotten at the end.")
    Output.line(String(decoding: addresses.json.serialized(pretty: true), as: UTF8.self))
    Output.line(
      "POST \(base)/sandbox/accounts makes an account and its tokens; GET \(base)/sandbox")
    Output.line("says how things stand. Stop with Ctrl-C.")
  }
}
