import Synchronization

/// Tells whoever is interested that something has happened; without anybody it does nothing. Cheap enough to
/// be given on every enqueue.
package final class Signal: Sendable {
  /// In a structure of its own: a bare closure in a generic place is wrapped once more each time it is
  /// looked at, and every signal would be slower than the one before.
  private struct Receiver {
    let call: @Sendable () -> Void
  }

  private let receiver = Mutex<Receiver?>(nil)

  package init() {}

  /// Sets the one receiver. It is called on the thread that gives the signal, often the writer's: it must
  /// be quick and must not wait.
  package func connect(_ receiver: @escaping @Sendable () -> Void) {
    self.receiver.withLock { $0 = Receiver(call: receiver) }
  }

  package func give() { receiver.withLock { $0 }?.call() }
}
