import Core
import Foundation
import Synchronization

/// Latencies of several threads, in nanoseconds.
final class Samples: Sendable {
  private let values = Mutex<[UInt64]>([])

  func add(_ more: [UInt64]) { values.withLock { $0 += more } }

  var count: Int { values.withLock(\.count) }

  /// In microseconds; 0 without samples.
  func percentile(_ share: Double) -> Int {
    let sorted = values.withLock { $0.sorted() }
    if sorted.isEmpty { return 0 }
    return Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] / 1000)
  }
}

func nanoseconds() -> UInt64 { SystemTime().monotonic().nanoseconds }

func report(_ measure: String, _ fields: KeyValuePairs<String, Double>) {
  let rest = fields.map { "\"\($0.key)\": \(($0.value * 10).rounded() / 10)" }
  let line = "{\"measure\": \"\(measure)\", \(rest.joined(separator: ", "))}\n"
  FileHandle.standardOutput.write(Data(line.utf8))
}

/// Runs `body` on so many threads and waits for all of them.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let ended = DispatchGroup()
  for number in 0..<count {
    ended.enter()
    let thread = Thread {
      body(number)
      ended.leave()
    }
    thread.stackSize = 512 << 10
    thread.start()
  }
  ended.wait()
}
