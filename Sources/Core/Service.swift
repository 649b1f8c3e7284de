/// A part of the program with a life of its own: the HTTP front, the worker pool, the checkpointer.
/// Application starts them in order and stops them in the reverse order.
package protocol Service: Sendable {
  /// Returns when the service does its work, or throws and leaves nothing running.
  func start() throws

  /// Takes no more work, finishes or hands back what it has, and returns by `deadline` at the latest.
  /// Calling it twice, or without `start`, does nothing.
  func stop(by deadline: MonotonicInstant)
}
