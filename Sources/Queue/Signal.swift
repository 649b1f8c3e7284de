import Synchronization

/// Tells whoever is interested that something has happened; without anybody it does nothing. Cheap enough to
/// be given on every enqueue.
package final class Signal: Sendable {
  private let receiver = Mutex<(@Sendable () -> Void)?>(nil)

  package init() {}

  /// Sets the one receiver. It is called on the thread that gives the signal, often the writer's: it must
  /// be quick and must not wait.
  package func connect(_ receiver: @escaping @Sendable () -> Void) {
    self.receiver.withLock { $0 = receiver }
  }

  package func give() { receiver.withLock { $0 }?() }
}
