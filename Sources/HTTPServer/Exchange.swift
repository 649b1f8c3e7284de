import CMicroHTTPD
import Core
import Synchronization

/// One request and its answer, from the request line until the library has done with them.
///
///     receiving ──▶ handling ──▶ answered ──▶ over
///                    ▲  └─▶ parked ──┘ │
///                    └───── due ◀──────┘
///
/// The event loop drives it through `advance`; an answer may come from any thread and meets it in
/// `handling` (the handler has not returned yet) or `parked` (it has, and the connection waits off the
/// loop). Instead of an answer there may come work for the loop, which is `due` until the loop handles it
/// as it did the request. Parking and resuming happen under the phase's lock, so that a connection is
/// resumed exactly once and none is parked while the server is being stopped.
///
/// `@unchecked Sendable`: `reception` is touched by the connection's event loop alone; what other threads
/// touch is behind the mutex.
final class Exchange: @unchecked Sendable {
  private enum Phase {
    case receiving, handling, parked
    case due(@Sendable () -> Void)
    case answered(Answer)
    case over
  }

  enum Answer {
    case response(Response)
    /// The connection's end, and nothing before it.
    case hangUp

    var stream: EventStream? {
      if case .response(let response) = self { response.stream } else { nil }
    }
  }

  /// What the event loop does next.
  private enum Step {
    case handle(@Sendable () -> Void)
    case answer(Answer)
    case wait
  }

  private let server: Transport
  private let connection: Connection
  private var reception: Reception
  private let phase = Mutex(Phase.receiving)

  init(server: Transport, connection: Connection, target: UnsafeBufferPointer<UInt8>) {
    self.server = server
    self.connection = connection
    reception = Reception(target: target, limits: server.configuration)
  }

  // MARK: On the event loop

  /// The library calls this once with the headers, then for each piece of the body, then once more, and
  /// again after each resume.
  func advance(
    method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
    upload: UnsafeRawBufferPointer
  ) -> MHD_Result {
    if !reception.hasBegun {
      server.exchanges.began()
      switch reception.begin(method: method, version: version, connection: connection) {
      case .receive: return .YES
      case .refuse(let response): return queue(.response(response))
      }
    }
    if !upload.isEmpty { return reception.receive(upload) ? .YES : .NO }

    let step = phase.withLock { phase -> Step in
      switch phase {
      case .receiving: .handle(handler)
      case .due(let work): .handle(work)
      case .answered(let answer): .answer(answer)
      // The library may knock without a reason while an answer is outstanding.
      case .handling, .parked, .over: .wait
      }
    }
    return carryOut(step)
  }

  /// Handles until there is an answer or it has to be waited for.
  private func carryOut(_ first: Step) -> MHD_Result {
    var step = first
    while case .handle(let work) = step {
      phase.withLock { $0 = .handling }
      work()
      step = phase.withLock { phase in
        switch phase {
        case .due(let work): return .handle(work)
        case .answered(let answer): return .answer(answer)
        default: break
        }
        guard server.exchanges.park(self) else { return .answer(.response(.draining)) }
        connection.park()
        phase = .parked
        return .wait
      }
    }
    if case .answer(let answer) = step { return queue(answer) }
    return .YES
  }

  /// Hands the request over as a value, or says at once why not.
  private func handler() {
    connection.openSocket?.hasWholeRequest()
    switch reception.finish(connection: connection) {
    case .failure(let refusal): answer(.response(refusal.response))
    case .success(let request): server.handler(request, Responder(self))
    }
  }

  private func queue(_ answer: Answer) -> MHD_Result {
    // The answer goes out now; a later one, of a handler that lost against the drain, is dropped.
    _ = end()
    connection.openSocket?.hasWholeRequest()
    guard case .response(let response) = answer else { return .NO }
    let reply = Reply(response, connection: connection, server: server)
    return reply.queue(on: connection) ? .YES : .NO
  }

  /// The library has sent the answer or given the request up.
  func completed() {
    if case .answered(let unsent) = end() { unsent.stream?.close() }
    connection.openSocket?.waits(since: server.time.monotonic())
    if reception.hasBegun { server.exchanges.ended() }
  }

  /// Nothing more happens to the request. What it was at is let go of outside the lock: work that was due
  /// takes its responder along, which comes back here.
  private func end() -> Phase {
    phase.withLock { phase in
      defer { phase = .over }
      return phase
    }
  }

  // MARK: On any thread

  func answer(_ answer: Answer) {
    if !proceed(to: .answered(answer)) { answer.stream?.close() }
  }

  /// Runs `work` on the event loop, as if it were the handler; false, and never, where the client has gone
  /// or was answered.
  func onEventLoop(_ work: @escaping @Sendable () -> Void) -> Bool { proceed(to: .due(work)) }

  private func proceed(to next: Phase) -> Bool {
    phase.withLock { phase in
      switch phase {
      case .handling:
        phase = next
        return true
      case .parked:
        phase = next
        server.exchanges.unpark(self)
        connection.resume()
        return true
      case .receiving, .due, .answered, .over:
        return false
      }
    }
  }

  func answerForLostResponder() {
    // Work that was due when the client went takes its responder along.
    if phase.withLock({ if case .over = $0 { true } else { false } }) { return }
    server.log(.responderLost())
    answer(.response(.internalError))
  }
}
