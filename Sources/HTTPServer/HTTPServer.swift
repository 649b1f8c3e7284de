import Core
import Synchronization

/// The HTTP/1.1 front: GNU libmicrohttpd behind values. Requests come to the handler whole, answers come
/// back through a `Responder` from any thread, and a waiting request holds no thread.
package final class HTTPServer: Service {
  private struct Running {
    let socket: ListeningSocket
    let acceptor: Acceptor
    let loops: [EventLoop]
    let transport: Transport
  }

  private enum State {
    case idle, starting
    case running(Running)
    case stopped
  }

  /// Kept at the end of a drain for sending the 503s.
  private static let farewell: Duration = .milliseconds(250)

  package let configuration: Configuration
  private let handler: Handler
  private let log: Log
  private let time: any TimeSource
  private let state = Mutex(State.idle)

  package init(
    configuration: Configuration, handler: @escaping Handler, log: Log,
    time: any TimeSource = SystemTime()
  ) {
    self.configuration = configuration
    self.handler = handler
    self.log = log
    self.time = time
  }

  /// The port that is listened on, also where the system chose it; nil unless running.
  package var boundPort: UInt16? {
    state.withLock { if case .running(let running) = $0 { running.socket.port } else { nil } }
  }

  /// Listens when it returns. Throws `HTTPServerError`.
  package func start() throws {
    let isFirst = state.withLock { state in
      guard case .idle = state else { return false }
      state = .starting
      return true
    }
    guard isFirst else { throw HTTPServerError.alreadyStarted }
    do {
      let running = try run()
      state.withLock { $0 = .running(running) }
      log(.listening(address: configuration.address, port: running.socket.port))
    } catch {
      state.withLock { $0 = .idle }
      throw error
    }
  }

  /// Listens no more, lets requests in flight be answered (each answer closes its connection), ends the
  /// streams, closes idle connections. What still waits shortly before `deadline` is answered 503.
  package func stop(by deadline: MonotonicInstant) {
    let running = state.withLock { state -> Running? in
      guard case .running(let running) = state else { return nil }
      state = .stopped
      return running
    }
    guard let running else { return }
    let exchanges = running.transport.exchanges
    running.acceptor.stop()
    let inFlight = exchanges.count
    exchanges.drain()
    log(.draining(requests: inFlight))
    let farewell = deadline + (.zero - HTTPServer.farewell)
    _ = exchanges.waitUntilNone(by: farewell, time: time)
    let refused = exchanges.refuseWaiting()
    if refused > 0 { _ = exchanges.waitUntilNone(by: deadline, time: time) }
    running.transport.sockets.closeAll()
    for loop in running.loops { loop.stop() }
    running.transport.closeWatcher.stop()
    log(.stopped(refused: refused))
  }

  private func run() throws(HTTPServerError) -> Running {
    let socket = try ListeningSocket(address: configuration.address, port: configuration.port)
    guard let closeWatcher = CloseWatcher() else { throw .noEventLoop }
    let transport = Transport(
      configuration: configuration, handler: handler, log: log, closeWatcher: closeWatcher,
      time: time)
    var loops: [EventLoop] = []
    for _ in 0..<configuration.eventLoops {
      guard let loop = EventLoop(server: transport) else {
        for loop in loops { loop.stop() }
        closeWatcher.stop()
        socket.close()
        throw .noEventLoop
      }
      loops.append(loop)
    }
    let acceptor = Acceptor(socket: socket, loops: loops, server: transport)
    return Running(socket: socket, acceptor: acceptor, loops: loops, transport: transport)
  }
}
