/// A setting that was given on the command line, with its option as typed (`--port`, `--set`).
struct ConfigurationArgument: Equatable, Sendable {
  let option: String
  let value: String

  /// The options that every command takes for its settings.
  static let options: [CommandLineOption] = [
    .init("--config", "FILE", "Read settings from this JSON5 file"),
    .init("--address", "IP", "Listen on this address (server.address)"),
    .init("--port", "NUMBER", "Listen on this port, 0 for any (server.port)"),
    .init("--public-url", "URL", "Where guests reach this server (server.publicUrl)"),
    .init("--data", "DIRECTORY", "Keep everything here (data.directory)"),
    .init("--workers", "COUNT", "Run so many jobs at once (workers.count)"),
    .init("--wall-clock", "INSTANT", "Begin a rehearsal at this time (time.wallClock)"),
    .init("--log-level", "LEVEL", "debug, info, warning or error (log.level)"),
    .init("--set", "NAME=VALUE", "Any other setting; may be repeated"),
  ]

  /// What the options with a name of their own stand for.
  static let settings = [
    "--address": "server.address", "--port": "server.port", "--public-url": "server.publicUrl",
    "--data": "data.directory", "--workers": "workers.count", "--log-level": "log.level",
    "--wall-clock": "time.wallClock",
  ]
}
