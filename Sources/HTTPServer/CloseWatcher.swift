import CMicroHTTPD
import Dispatch
import Glibc
import Synchronization

/// Tells when the client of a parked connection has gone. The library does not look at a parked socket,
/// and a stream may be silent for minutes: without this, a closed browser tab would keep its place until
/// the next event. One epoll set and one queue serve all streams.
final class CloseWatcher: Sendable {
  struct Watch {
    fileprivate let number: UInt64
    fileprivate let socket: Int32
  }

  private struct State {
    var next: UInt64 = 0
    var actions: [UInt64: @Sendable () -> Void] = [:]
  }

  private let epoll: Int32
  private let source: Mutex<any DispatchSourceRead>
  private let state = Mutex(State())

  /// Nil when the system gives no epoll descriptor.
  init?() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else { return nil }
    let queue = DispatchQueue(label: "http.close-watcher")
    source = Mutex(DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue))
    source.withLock { source in
      source.setEventHandler { [weak self] in self?.collect() }
      source.setCancelHandler { [epoll] in Glibc.close(epoll) }
      source.activate()
    }
  }

  /// Calls `action` once when the peer of `socket` has closed its side. Nil when it cannot be watched; a
  /// failing write tells then.
  func watch(_ socket: Int32, _ action: @escaping @Sendable () -> Void) -> Watch? {
    let number = state.withLock { state in
      state.next += 1
      state.actions[state.next] = action
      return state.next
    }
    let watch = Watch(number: number, socket: socket)
    var event = epoll_event()
    event.events = EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
    event.data.u64 = number
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 else {
      state.withLock { _ = $0.actions.removeValue(forKey: number) }
      return nil
    }
    return watch
  }

  /// Must be called before the socket is closed.
  func end(_ watch: Watch) {
    var ignored = epoll_event()
    epoll_ctl(epoll, EPOLL_CTL_DEL, watch.socket, &ignored)
    state.withLock { _ = $0.actions.removeValue(forKey: watch.number) }
  }

  func stop() { source.withLock { $0.cancel() } }

  private func collect() {
    let atOnce = 64
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: atOnce) { events in
      let count = epoll_wait(epoll, events.baseAddress, Int32(atOnce), 0)
      for index in 0..<Int(max(count, 0)) {
        let number = events[index].data.u64
        state.withLock { $0.actions.removeValue(forKey: number) }?()
      }
    }
  }
}
