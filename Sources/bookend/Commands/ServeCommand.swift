import Core
import Foundation

/// `bookend serve`: runs until told to stop.
struct ServeCommand {
  private let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  func run() throws -> ExitCode {
    try ServeCommand.serve(try Installation(configuration)) { _ in }
  }

  /// Starts the server, calls `ready` with its public address, and returns when a signal has ended it.
  static func serve(_ installation: Installation, ready: (String) -> Void) throws -> ExitCode {
    let log = Log(time: installation.time, minimum: installation.configuration.log.level)
    let signals = StopSignals()
    log(
      .starting(
        version: Version.text, database: installation.folder.database,
        timeZones: installation.zones.version, workers: installation.configuration.workers.count))
    let application: Application
    do {
      application = try Application(installation, log: log)
      try application.start()
    } catch {
      installation.store.close()
      throw error
    }
    ready(application.publicURL)
    log(.draining(signal: signals.wait()))
    application.stop()
    return .success
  }
}

enum Version {
  static let text = "0.1.0"
}
