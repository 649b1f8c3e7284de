import Dispatch
import HTTPServer
import Intake
import Queue
import Synchronization

/// `Prefer: wait=N` (RFC 7240 section 4.3): an answer is held until its job has ended or the time
/// is up. No thread is held meanwhile, and no change is missed: who begins to listen looks once
/// more.
struct Waiting: Sendable {
  /// Longer and proxies give up first.
  static let longestSeconds = 30

  private let changes: ChangeFeed
  private let hasEnded: @Sendable (JobID) -> Bool
  private let queue = DispatchQueue(label: "bookend.waiting")

  init(_ parts: WebParts) {
    let records = parts.records
    changes = parts.changes
    // A job that cannot be read has not been seen to end; the next change or the time's end comes.
    hasEnded = { (try? records.job($0, of: nil))?.state.isFinal ?? false }
  }

  /// Calls `completion` once, on a queue of its own: with true when the job has ended, with false
  /// when it has not within `seconds`.
  func untilEnded(
    _ job: JobID, seconds: Int, completion: @escaping @Sendable (_ hasEnded: Bool) -> Void
  ) {
    let wait = Wait(completion)
    let look: @Sendable () -> Void = {
      if hasEnded(job) { wait.end(true) }
    }
    // The change is told on the writer's thread, which has better to do than reading for us.
    let number = changes.listen(to: .job(job)) { queue.async(execute: look) }
    wait.begin(seconds: seconds, on: queue) { changes.stop(number, listeningTo: .job(job)) }
    queue.async(execute: look)
  }
}

/// One answer that is held. Whatever comes first ends it.
private final class Wait: Sendable {
  private struct State {
    var completion: (@Sendable (Bool) -> Void)?
    var timer: (any DispatchSourceTimer)?
    var stopListening: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>

  init(_ completion: @escaping @Sendable (Bool) -> Void) {
    state = Mutex(State(completion: completion))
  }

  func begin(
    seconds: Int, on queue: DispatchQueue, stopListening: @escaping @Sendable () -> Void
  ) {
    let hasEnded = state.withLock { state in
      let timer = DispatchSource.makeTimerSource(queue: queue)
      timer.schedule(deadline: .now() + .seconds(seconds))
      timer.setEventHandler { self.end(false) }
      timer.resume()
      state.timer = timer
      state.stopListening = stopListening
      return state.completion == nil
    }
    if hasEnded { release() }
  }

  func end(_ hasEnded: Bool) {
    let completion = state.withLock { state in
      defer { state.completion = nil }
      return state.completion
    }
    guard let completion else { return }
    release()
    completion(hasEnded)
  }

  private func release() {
    let stopListening = state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
      defer { state.stopListening = nil }
      return state.stopListening
    }
    stopListening?()
  }
}

extension Request {
  /// The N of `Prefer: wait=N`, at most `Waiting.longestSeconds`; nil where there is none, or none
  /// that can be understood: a preference is never an error (RFC 7240 section 2).
  var preferredWaitSeconds: Int? {
    for header in headers.values("prefer") {
      for preference in header.split(separator: ",") {
        // Parameters after a semicolon belong to the preference and mean nothing to `wait`.
        let parts = preference.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, trimmed(parts[0]).lowercased() == "wait" else { continue }
        let word = trimmed(parts[1]).filter { $0 != "\"" }
        guard let seconds = Int(word), seconds > 0 else { return nil }
        return min(seconds, Waiting.longestSeconds)
      }
    }
    return nil
  }
}

private func trimmed(_ text: Substring) -> Substring {
  var text = text
  while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
  while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
  return text
}

extension Response {
  /// Says that the answer was held, as the request preferred (RFC 7240 section 3).
  func preferenceApplied(waitSeconds: Int) -> Response {
    var response = self
    response.headers.append(("Preference-Applied", "wait=\(waitSeconds)"))
    return response
  }
}
