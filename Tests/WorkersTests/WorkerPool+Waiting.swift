import Core
import Queue
import TestSupport

@testable import Workers

extension WorkerPool {
  /// Performs the job and waits until its end is recorded.
  func carryOutAndWait(_ job: ClaimedJob) throws {
    let ended = Awaited<Void>()
    carryOut(job, WorkLimit()) { ended.give(()) }
    try ended.take()
  }
}
