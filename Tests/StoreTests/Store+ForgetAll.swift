import Core
import Queue

@testable import Store

extension Store {
  /// Looks at all jobs but the newest and removes those that finished before their limit; how many bites it
  /// took.
  @discardableResult
  func forgetAll(finishedBefore limit: @escaping @Sendable (JobKind, JobState) -> Timestamp) throws
    -> Int
  {
    let walk = Walk(days: Walk.round, end: .max)
    let keeping = Keeping(lengths: [], limit: limit)
    var bites = 0
    var passed: Int64 = 0
    while passed < walk.end - 1 {
      passed = try forgetBite(of: walk, after: passed, keeping)
      bites += 1
    }
    return bites
  }
}
