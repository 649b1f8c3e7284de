import Core
import Foundation
import SQLite

/// `bookend serve`: runs until told to stop. `bookend worker`: the same without the HTTP front.
struct ServeCommand {
  private let configuration: Configuration
  private let isWorkerOnly: Bool

  init(_ configuration: Configuration, isWorkerOnly: Bool = false) {
    self.configuration = configuration
    self.isWorkerOnly = isWorkerOnly
  }

  func run() throws -> ExitCode {
    try ServeCommand.serve(try Installation(configuration), isWorkerOnly: isWorkerOnly) { _ in }
  }

  /// Starts the server, calls `ready` with its public address, and returns when a signal has ended it.
  static func serve(
    _ installation: Installation, isWorkerOnly: Bool = false, ready: (String) -> Void
  ) throws -> ExitCode {
    let log = Log(time: installation.time, minimum: installation.configuration.log.level)
    let signals = StopSignals()
    if let start = installation.configuration.time.wallClock { log(.wallClockSet(to: start)) }
    log(
      .starting(
        version: Version.text, database: installation.folder.database,
        timeZones: installation.zones.version, workers: installation.configuration.workers.count))
    let application: Application
    do {
      let durability = try installation.store.durability()
      log(.durability(durability))
      try installation.require(durability)
      application = try Application(
        installation, durability: durability, isWorkerOnly: isWorkerOnly, log: log)
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

extension Installation {
  /// Refuses to run with less than what is configured: an answer that says "durable" has to be.
  fileprivate func require(_ durability: Durability) throws {
    let wanted = configuration.database.synchronous.durability
    if let objection = durability.objection(to: folder.database, wanting: wanted) {
      throw CommandRefusal(.unavailable, objection)
    }
  }
}

extension Durability {
  /// Why the database cannot be run like this; nil where it can.
  func objection(to database: String, wanting wanted: Synchronous) -> String? {
    if synchronous < wanted {
      return
        "database.synchronous: \(wanted.name) is asked for, and SQLite gives \(synchronous.name)"
    }
    if isOnNetwork {
      return "\(database) lies on \(fileSystem): the write-ahead log needs a file system of this "
        + "machine's own"
    }
    return nil
  }
}

enum Version {
  static let text = "0.1.0"
}
