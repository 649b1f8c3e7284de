import CMicroHTTPD
import Core
import Dispatch
import Glibc
import Synchronization

/// The sockets of open connections: so that a stop can close them before it stops their event loops, and
/// that none waits for a request for ever.
///
/// In libmicrohttpd 0.9.75 a daemon that is being stopped takes no answer any more, and says that it has: a
/// connection on which it finds a malformed request at that very moment builds its refusal from an answer
/// that is not there, and the process dies. A loop without connections has nothing to refuse.
///
/// The library's own timeout starts anew with every byte, so that a client who drips them holds its place for
/// as long as it likes. And it misses a client who closes its side together with its last bytes: it reads
/// less than it has room for, takes the socket for empty, and an edge-triggered epoll does not tell it again.
/// Both are seen to here, by a look at all sockets every second.
final class OpenSockets: Sendable {
  private struct State {
    var sockets: [Int32: OpenSocket] = [:]
    var isClosing = false
  }

  private let state = Mutex(State())
  private let open = DispatchGroup()
  private let time: any TimeSource
  private let requestTimeout: Duration
  private let watch: Mutex<any DispatchSourceTimer>

  init(requestTimeout: Duration, time: any TimeSource) {
    self.requestTimeout = requestTimeout
    self.time = time
    let queue = DispatchQueue(label: "http.open-sockets", qos: .utility)
    watch = Mutex(DispatchSource.makeTimerSource(queue: queue))
    watch.withLock { watch in
      watch.schedule(deadline: .now() + OpenSockets.pause, repeating: OpenSockets.pause)
      watch.setEventHandler { [weak self] in self?.endThoseThatWaitInVain() }
      watch.activate()
    }
  }

  func opened(_ descriptor: Int32) -> OpenSocket {
    open.enter()
    let socket = OpenSocket(descriptor: descriptor, now: time.monotonic())
    state.withLock { state in
      state.sockets[descriptor] = socket
      if state.isClosing { socket.end() }
    }
    return socket
  }

  /// Called before the library gives the descriptor back, so that nobody here meets a stranger under its
  /// number.
  func closed(_ socket: OpenSocket) {
    state.withLock { _ = $0.sockets.removeValue(forKey: socket.descriptor) }
    open.leave()
  }

  /// Ends every connection, and those that are still to come, and waits until their loops have let go of
  /// them, for a bounded time.
  func closeAll() {
    watch.withLock { $0.cancel() }
    state.withLock { state in
      state.isClosing = true
      for socket in state.sockets.values { socket.end() }
    }
    _ = open.wait(timeout: .now() + OpenSockets.patience)
  }

  /// A loop notices within a turn; longer than this only one that does not turn at all.
  private static let patience = DispatchTimeInterval.seconds(1)
  /// Between two looks. One costs a system call for all sockets together.
  private static let pause = DispatchTimeInterval.seconds(1)
}

extension OpenSockets {
  private func endThoseThatWaitInVain() {
    let now = time.monotonic()
    state.withLock { state in
      var waiting: [(socket: OpenSocket, since: MonotonicInstant)] = []
      for socket in state.sockets.values {
        guard let since = socket.wait else { continue }
        if now - since > requestTimeout { socket.end() } else { waiting.append((socket, since)) }
      }
      // What came before the end may not have been read yet, and be a whole request that is owed an
      // answer: at the second look it has been read.
      for index in closedByClient(waiting.map(\.socket.descriptor))
      where waiting[index].socket.wasClosed(in: waiting[index].since) {
        waiting[index].socket.end()
      }
    }
  }

  /// Which of them have heard the last of their client, by their place in the list.
  private func closedByClient(_ descriptors: [Int32]) -> [Int] {
    // The bit of EPOLLRDHUP is that of POLLRDHUP, which Swift does not import.
    let hungUp = Int16(EPOLLRDHUP.rawValue)
    var asked = descriptors.map { pollfd(fd: $0, events: hungUp, revents: 0) }
    guard poll(&asked, nfds_t(asked.count), 0) > 0 else { return [] }
    return asked.indices.filter { asked[$0].revents & hungUp != 0 }
  }
}
