import Core
import Synchronization

/// The sending end of an answer that goes on, such as server-sent events. Usable from any thread, before
/// and after the answer has been sent; while there is nothing to say it holds no thread.
package final class EventStream: Sendable {
  /// What a client may lag behind before it is given up: a client that does not read must not fill our
  /// memory. It can connect again and ask for the present state.
  package static let backlogLimit = 256 << 10

  /// What the event loop does next for the client.
  enum Delivery {
    case bytes(Int)
    case wait, end, abort
  }

  private struct State {
    var backlog: [UInt8] = []
    var delivered = 0
    var connection: Connection?
    var isParked = false
    var isFinished = false
    var isAborted = false
    var isClosed = false
    var onClose: [@Sendable () -> Void] = []

    mutating func resume() {
      guard isParked else { return }
      isParked = false
      connection?.resume()
    }
  }

  private let state = Mutex(State())

  package init() {}

  /// Queues `bytes` for the client. False when nothing more can reach it: the stream is finished, the
  /// client has gone, or it lags too far behind and is given up.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Bool {
    state.withLock { state in
      guard !state.isFinished, !state.isAborted, !state.isClosed else { return false }
      guard state.backlog.count - state.delivered + bytes.count <= EventStream.backlogLimit else {
        state.isAborted = true
        state.resume()
        return false
      }
      state.backlog.append(contentsOf: bytes)
      state.resume()
      return true
    }
  }

  /// Ends the answer properly once everything written has been delivered. Finishing twice does nothing.
  package func finish() {
    state.withLock { state in
      state.isFinished = true
      state.resume()
    }
  }

  /// Calls `action` once, on some thread, when the answer has ended for any reason; at once if it has.
  /// It must not block: it may run on an event loop.
  package func onClose(_ action: @escaping @Sendable () -> Void) {
    let isClosed = state.withLock { state in
      if !state.isClosed { state.onClose.append(action) }
      return state.isClosed
    }
    if isClosed { action() }
  }

  // MARK: For the transport

  func attach(to connection: Connection) {
    state.withLock { state in
      invariant(state.connection == nil, "a stream belongs to one answer")
      state.connection = connection
    }
  }

  /// Copies what is due into `buffer`; with nothing due, parks the connection until there is. On the event
  /// loop only.
  func deliver(into buffer: UnsafeMutableRawBufferPointer) -> Delivery {
    state.withLock { state in
      if state.isAborted { return .abort }
      let due = state.backlog[state.delivered...].prefix(buffer.count)
      if !due.isEmpty {
        buffer.copyBytes(from: due)
        let count = due.count
        state.delivered += count
        if state.delivered == state.backlog.count {
          state.backlog.removeAll(keepingCapacity: state.delivered <= 4096)
          state.delivered = 0
        }
        return .bytes(count)
      }
      if state.isFinished { return .end }
      state.connection?.park()
      state.isParked = true
      return .wait
    }
  }

  /// The client has gone, or must: breaks the answer off.
  func abort() {
    state.withLock { state in
      state.isAborted = true
      state.resume()
    }
  }

  /// The answer is over, delivered or not.
  func close() {
    let actions = state.withLock { state in
      state.isClosed = true
      state.connection = nil
      state.backlog = []
      state.delivered = 0
      defer { state.onClose = [] }
      return state.onClose
    }
    for action in actions { action() }
  }
}
