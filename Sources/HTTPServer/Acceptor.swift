import CMicroHTTPD
import Dispatch
import Glibc
import Synchronization

/// Takes connections from the listening socket and gives each to the event loop that is next.
final class Acceptor: Sendable {
  /// How long to leave new connections waiting when the system has no descriptor for them: the socket
  /// stays readable, so asking again at once would only burn the processor.
  private static let pause = DispatchTimeInterval.milliseconds(100)

  private let socket: ListeningSocket
  private let loops: [EventLoop]
  private let server: Transport
  private let queue = DispatchQueue(label: "http.acceptor")
  private let source: Mutex<any DispatchSourceRead>
  private let closed = DispatchSemaphore(value: 0)
  private let next = Atomic(0)
  private let wasFull = Atomic(false)

  init(socket: ListeningSocket, loops: [EventLoop], server: Transport) {
    self.socket = socket
    self.loops = loops
    self.server = server
    source = Mutex(
      DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue))
    source.withLock { source in
      source.setEventHandler { [weak self] in self?.acceptAll() }
      source.setCancelHandler { [closed] in
        socket.close()
        closed.signal()
      }
      source.activate()
    }
  }

  /// Closes the listening socket; when this returns, no connection is accepted any more.
  func stop() {
    source.withLock { $0.cancel() }
    closed.wait()
  }

  private func acceptAll() {
    while acceptOne() {}
  }

  private func acceptOne() -> Bool {
    var peer = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let connection = withSocketAddress(&peer) { accept4(socket.descriptor, $0, &length, flags) }
    guard connection >= 0 else { return retry(after: errno) }

    let open = server.connections.add(1, ordering: .relaxed).newValue
    guard open <= server.configuration.maximumConnections else {
      server.connections.subtract(1, ordering: .relaxed)
      if !wasFull.exchange(true, ordering: .relaxed) { server.log(.full(connections: open - 1)) }
      refuse(connection)
      return true
    }
    wasFull.store(false, ordering: .relaxed)
    let turn = next.add(1, ordering: .relaxed).newValue
    let added = withSocketAddress(&peer) {
      loops[turn % loops.count].add(connection, peer: $0, length: length)
    }
    if !added { server.connections.subtract(1, ordering: .relaxed) }
    return true
  }

  private func retry(after error: Int32) -> Bool {
    switch error {
    case EAGAIN: return false
    // The client gave up before its turn came, or a signal came in between.
    case EINTR, ECONNABORTED, EPROTO: return true
    default:
      server.log(.acceptFailed(errno: error))
      source.withLock { $0.suspend() }
      queue.asyncAfter(deadline: .now() + Acceptor.pause) { [self] in
        source.withLock { $0.resume() }
      }
      return false
    }
  }

  /// One attempt at saying why, then the end: a crowd must not hold us.
  private func refuse(_ connection: Int32) {
    _ = Acceptor.refusal.withUnsafeBytes {
      send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    shutdown(connection, Int32(SHUT_WR))
    close(connection)
  }

  private static let refusal: [UInt8] = {
    let body = #"{"type":"about:blank","title":"Too many connections","status":503}"#
    let head = [
      "HTTP/1.1 503 Service Unavailable", "Content-Type: application/problem+json",
      "Content-Length: \(body.utf8.count)", "Retry-After: 1", "Connection: close",
    ]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }()
}
