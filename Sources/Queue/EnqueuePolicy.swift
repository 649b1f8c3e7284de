/// What a kind's definition says of its jobs while they wait.
package struct EnqueuePolicy: Sendable, Equatable {
  package let queue: String
  /// 0 runs first; at most 3.
  package let priority: Int
  package let maxAttempts: Int
  /// Jobs of these kinds, earlier in the same sequence, that have not begun are cancelled by one of this kind.
  package let supersedes: Set<JobKind>
  /// Where a job of this kind is among those superseded, nothing is left to be done: the new one ends too.
  package let voids: JobKind?

  package init(
    queue: String, priority: Int, maxAttempts: Int, supersedes: Set<JobKind> = [],
    voids: JobKind? = nil
  ) {
    self.queue = queue
    self.priority = priority
    self.maxAttempts = maxAttempts
    self.supersedes = supersedes
    self.voids = voids
  }
}

extension EnqueuePolicy {
  /// For a kind of which this program has no definition: an earlier or a later one has left its jobs.
  package static let unknown = EnqueuePolicy(queue: "unknown", priority: 3, maxAttempts: 1)
}

extension JobDefinition {
  package var enqueuePolicy: EnqueuePolicy {
    EnqueuePolicy(
      queue: queue, priority: priority, maxAttempts: maxAttempts, supersedes: supersedes,
      voids: voids)
  }
}
