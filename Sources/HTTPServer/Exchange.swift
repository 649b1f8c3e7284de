import CMicroHTTPD
import Core
import Synchronization

/// One request and its answer, from the request line until the library has done with them.
///
///     receiving ──▶ handling ──▶ answered ──▶ over
///                       └─▶ parked ──┘
///
/// The event loop drives it through `advance`; an answer may come from any thread and meets it in
/// `handling` (the handler has not returned yet) or `parked` (it has, and the connection waits off the
/// loop). Parking and resuming happen under the phase's lock, so that a connection is resumed exactly
/// once and none is parked while the server is being stopped.
///
/// `@unchecked Sendable`: `reception` is touched by the connection's event loop alone; what other threads
/// touch is behind the mutex.
final class Exchange: @unchecked Sendable {
  private enum Phase {
    case receiving, handling, parked
    case answered(Response)
    case over
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
      case .refuse(let response): return queue(response)
      }
    }
    if !upload.isEmpty { return reception.receive(upload) ? .YES : .NO }

    let answer = phase.withLock { phase -> Response? in
      if case .answered(let response) = phase { response } else { nil }
    }
    if let answer { return queue(answer) }
    // The library may knock without a reason while an answer is outstanding.
    guard phase.withLock({ if case .receiving = $0 { true } else { false } }) else { return .YES }
    return handle()
  }

  private func handle() -> MHD_Result {
    switch reception.finish(connection: connection) {
    case .failure(let refusal): return queue(refusal.response)
    case .success(let request):
      phase.withLock { $0 = .handling }
      server.handler(request, Responder(self))
    }
    let answer = phase.withLock { phase -> Response? in
      if case .answered(let response) = phase { return response }
      guard server.exchanges.park(self) else { return .draining }
      connection.park()
      phase = .parked
      return nil
    }
    return answer.map(queue) ?? .YES
  }

  private func queue(_ response: Response) -> MHD_Result {
    // The answer goes out now; a later one, of a handler that lost against the drain, is dropped.
    phase.withLock { $0 = .over }
    let reply = Reply(
      response, toHead: reception.isHead, connection: connection, server: server)
    return reply.queue(on: connection) ? .YES : .NO
  }

  /// The library has sent the answer or given the request up.
  func completed() {
    let unsent = phase.withLock { phase -> Response? in
      defer { phase = .over }
      if case .answered(let response) = phase { return response }
      return nil
    }
    unsent?.stream?.close()
    if reception.hasBegun { server.exchanges.ended() }
  }

  // MARK: On any thread

  func answer(_ response: Response) {
    let accepted = phase.withLock { phase in
      switch phase {
      case .handling:
        phase = .answered(response)
        return true
      case .parked:
        phase = .answered(response)
        server.exchanges.unpark(self)
        connection.resume()
        return true
      case .receiving, .answered, .over:
        return false
      }
    }
    if !accepted { response.stream?.close() }
  }

  func answerForLostResponder() {
    server.log(.responderLost())
    answer(.internalError)
  }
}
