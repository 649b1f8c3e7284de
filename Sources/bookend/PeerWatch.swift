import Core
import Dispatch
import Queue
import Store
import Synchronization

/// Where another process works on the same file, its commits are noticed here: a job that it enqueues starts
/// within a tenth of a second, and whoever waits here for a job that runs there is told. Alone, it costs a
/// look at the table of processes now and then.
final class PeerWatch: Service {
  private let store: Store
  private let wake: @Sendable () -> Void
  private let log: Log
  private let queue = DispatchQueue(label: "bookend.peers")
  private let isStopped = Atomic(false)

  /// Half of what a job may wait that another process has enqueued.
  private static let interval = DispatchTimeInterval.milliseconds(50)
  /// Looks between two telling all: each of them reads what it waits for once more.
  private static let looksPerTelling = 4
  /// Looks between two at the table of processes.
  private static let looksPerCount = 10

  private struct State {
    var changes: PeerChanges?
    var looks = 0
    var isToTell = false
  }
  private let state = Mutex(State())

  init(_ store: Store, log: Log, wake: @escaping @Sendable () -> Void) {
    self.store = store
    self.wake = wake
    self.log = log
  }

  func start() { schedule() }

  func stop(by deadline: MonotonicInstant) {
    isStopped.store(true, ordering: .relaxed)
    queue.sync {}
  }

  private func schedule() {
    queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
      guard let self, !isStopped.load(ordering: .relaxed) else { return }
      do {
        try look()
      } catch {
        log(.peersNotSeen(error: "\(error)"))
      }
      schedule()
    }
  }

  private func look() throws {
    var state = self.state.withLock { $0 }
    defer { self.state.withLock { $0 = state } }
    state.looks += 1
    if state.looks.isMultiple(of: Self.looksPerCount) {
      let hasPeers = try store.hasLivingPeers()
      if !hasPeers { state.changes = nil }
      if hasPeers, state.changes == nil {
        state.changes = try store.watchPeers()
        state.isToTell = true
        wake()
      }
    }
    if try state.changes?.haveCome() == true {
      state.isToTell = true
      wake()
    }
    if state.isToTell, state.looks.isMultiple(of: Self.looksPerTelling) {
      state.isToTell = false
      store.changes.tellAll()
    }
  }
}
