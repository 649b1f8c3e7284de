import Core
import Dispatch
import Foundation
import Synchronization

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
    if let start = installation.configuration.time.wallClock { log(.wallClockSet(to: start)) }
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

/// SIGTERM and SIGINT, waited for rather than suffered.
private final class StopSignals: Sendable {
  private let received = DispatchSemaphore(value: 0)
  private let name = Mutex("")
  private let queue = DispatchQueue(label: "bookend.signals")

  init() {
    // A client that goes away in the middle of an answer must not end the process.
    signal(SIGPIPE, SIG_IGN)
    for (number, text) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [self] in
        name.withLock { $0 = text }
        received.signal()
      }
      source.resume()
      // The sources live as long as the process.
      _ = Unmanaged.passRetained(source as AnyObject)
    }
  }

  func wait() -> String {
    received.wait()
    return name.withLock { $0 }
  }
}
