import Core
import Dispatch
import Synchronization

/// What a drain waits for: the requests that have begun, those among them whose connection is parked, and
/// the open streams.
final class Exchanges: Sendable {
  private struct Waiting {
    var parked: [ObjectIdentifier: Exchange] = [:]
    var streams: [ObjectIdentifier: EventStream] = [:]
    var isClosed = false
  }

  private let begun = Atomic(0)
  private let draining = Atomic(false)
  private let waiting = Mutex(Waiting())
  private let ending = DispatchSemaphore(value: 0)

  var isDraining: Bool { draining.load(ordering: .relaxed) }
  var count: Int { begun.load(ordering: .relaxed) }

  func began() { begun.add(1, ordering: .sequentiallyConsistent) }

  func ended() {
    let left = begun.subtract(1, ordering: .sequentiallyConsistent).newValue
    if left == 0, draining.load(ordering: .sequentiallyConsistent) { ending.signal() }
  }

  /// False when it is too late to wait: the exchange must be answered at once.
  func park(_ exchange: Exchange) -> Bool {
    waiting.withLock { waiting in
      guard !waiting.isClosed else { return false }
      waiting.parked[ObjectIdentifier(exchange)] = exchange
      return true
    }
  }

  func unpark(_ exchange: Exchange) {
    waiting.withLock { _ = $0.parked.removeValue(forKey: ObjectIdentifier(exchange)) }
  }

  func add(_ stream: EventStream) {
    waiting.withLock { $0.streams[ObjectIdentifier(stream)] = stream }
    if draining.load(ordering: .sequentiallyConsistent) { stream.finish() }
  }

  func remove(_ stream: EventStream) {
    waiting.withLock { _ = $0.streams.removeValue(forKey: ObjectIdentifier(stream)) }
  }

  /// From now on answers close their connection, and streams end.
  func drain() {
    draining.store(true, ordering: .sequentiallyConsistent)
    for stream in waiting.withLock({ Array($0.streams.values) }) { stream.finish() }
  }

  /// Waits until no request is left, or until `deadline`; tells whether none is.
  func waitUntilNone(by deadline: MonotonicInstant, time: any TimeSource) -> Bool {
    while begun.load(ordering: .sequentiallyConsistent) > 0 {
      let left = deadline - time.monotonic()
      guard left > .zero else { return false }
      _ = ending.wait(timeout: .now() + .milliseconds(Int(left.wholeMilliseconds) + 1))
    }
    return true
  }

  /// Answers 503 to all that still wait, and lets nothing wait any more. Afterwards no connection is
  /// parked: the library aborts the process when it is stopped with one. Returns how many were refused.
  func refuseWaiting() -> Int {
    let (parked, streams) = waiting.withLock { waiting in
      waiting.isClosed = true
      return (Array(waiting.parked.values), Array(waiting.streams.values))
    }
    for exchange in parked { exchange.answer(.response(.draining)) }
    for stream in streams { stream.abort() }
    return parked.count
  }
}
