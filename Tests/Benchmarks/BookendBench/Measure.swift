import Core
import Foundation
import Synchronization

/// Latencies of several threads, in nanoseconds.
final class Samples: Sendable {
  private let values = Mutex<[UInt64]>([])

  func add(_ more: [UInt64]) { values.withLock { $0 += more } }

  var count: Int { values.withLock(\.count) }

  /// In microseconds; 0 without samples.
  func percentile(_ share: Double) -> Double {
    let sorted = values.withLock { $0.sorted() }
    if sorted.isEmpty { return 0 }
    return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1000
  }

  /// How long `body` takes.
  func time(_ body: () throws -> Void) rethrows {
    let start = nanoseconds()
    try body()
    let end = nanoseconds()
    values.withLock { $0.append(end - start) }
  }
}

func nanoseconds() -> UInt64 { SystemTime().monotonic().nanoseconds }

func report(_ measure: String, _ fields: KeyValuePairs<String, Double>, note: String? = nil) {
  var rest = fields.map { "\"\($0.key)\": \(($0.value * 10).rounded() / 10)" }
  if let note { rest.append("\"note\": \"\(note)\"") }
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

/// One thread's wait for an answer that another gives.
final class Answered<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let given = DispatchSemaphore(value: 0)

  func give(_ answer: Result<Value, any Error>) {
    result.withLock { $0 = answer }
    given.signal()
  }

  func take() throws -> Value {
    given.wait()
    guard let result = result.withLock({ $0 }) else { fatalError("no answer was given") }
    return try result.get()
  }
}

/// User and system time of the whole process, all threads together.
func processNanoseconds() -> UInt64 { clockReading(CLOCK_PROCESS_CPUTIME_ID) }

func threadNanoseconds() -> UInt64 { clockReading(CLOCK_THREAD_CPUTIME_ID) }

private func clockReading(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
