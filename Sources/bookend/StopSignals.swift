import Dispatch
import Foundation
import Synchronization

/// SIGTERM and SIGINT, waited for rather than suffered.
final class StopSignals: Sendable {
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
