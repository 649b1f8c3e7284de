import Core
import Synchronization

/// A log that a test can read.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var log: Log {
    Log(time: SystemTime(), minimum: .debug) { [self] line in lines.withLock { $0.append(line) } }
  }

  /// The records of that name, each as one line.
  func named(_ name: String) -> [String] {
    lines.withLock { $0.filter { $0.contains(" \(name)") } }
  }
}
