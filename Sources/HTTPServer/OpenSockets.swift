import Dispatch
import Glibc
import Synchronization

/// The sockets of open connections, so that a stop can close them before it stops their event loops.
///
/// In libmicrohttpd 0.9.75 a daemon that is being stopped takes no answer any more, and says that it has: a
/// connection on which it finds a malformed request at that very moment builds its refusal from an answer
/// that is not there, and the process dies. A loop without connections has nothing to refuse.
final class OpenSockets: Sendable {
  private struct State {
    var sockets: Set<Int32> = []
    var isClosing = false
  }

  private let state = Mutex(State())
  private let open = DispatchGroup()

  func opened(_ socket: Int32) {
    open.enter()
    state.withLock { state in
      state.sockets.insert(socket)
      if state.isClosing { _ = shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  /// Called before the library gives the descriptor back, so that `closeAll` meets no stranger under its
  /// number.
  func closed(_ socket: Int32) {
    state.withLock { _ = $0.sockets.remove(socket) }
    open.leave()
  }

  /// Ends every connection, and those that are still to come, and waits until their loops have let go of
  /// them, for a bounded time.
  func closeAll() {
    state.withLock { state in
      state.isClosing = true
      for socket in state.sockets { _ = shutdown(socket, Int32(SHUT_RDWR)) }
    }
    _ = open.wait(timeout: .now() + OpenSockets.patience)
  }

  /// A loop notices within a turn; longer than this only one that does not turn at all.
  private static let patience = DispatchTimeInterval.seconds(1)
}
