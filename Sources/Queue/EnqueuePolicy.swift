/// What a kind's definition says that is stored with each of its jobs.
package struct EnqueuePolicy: Sendable, Equatable {
  package let queue: String
  /// 0 runs first; at most 3.
  package let priority: Int
  package let maxAttempts: Int

  package init(queue: String, priority: Int, maxAttempts: Int) {
    self.queue = queue
    self.priority = priority
    self.maxAttempts = maxAttempts
  }
}

extension JobDefinition {
  package var enqueuePolicy: EnqueuePolicy {
    EnqueuePolicy(queue: queue, priority: priority, maxAttempts: maxAttempts)
  }
}
