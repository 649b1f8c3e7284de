import Core
import Foundation
import Queue
import SQLite
import Store

/// Two databases side by side in one process: what is asked of one is asked of the other right after, so that
/// whatever else the machine does meets both alike.
struct Compared {
  let small: BenchWorld
  let large: BenchWorld

  init(small: String, large: String) throws {
    self.small = try BenchWorld(path: small)
    self.large = try BenchWorld(path: large)
  }

  func close() {
    small.close()
    large.close()
  }
}

/// One thing that is done to a database. What `prepare` does is not measured.
struct Operation {
  let name: String
  let prepare: (BenchWorld) throws -> Void
  let body: (BenchWorld) throws -> Void

  init(
    _ name: String, prepare: @escaping (BenchWorld) throws -> Void = { _ in },
    _ body: @escaping (BenchWorld) throws -> Void
  ) {
    self.name = name
    self.prepare = prepare
    self.body = body
  }
}

/// Each operation so often on both, in turns; then once more with its steps counted.
func compare(
  _ operations: [Operation], rounds: Int, small: String, large: String, statements: Bool = false
) throws {
  var times = operations.map { _ in (small: Samples(), large: Samples()) }
  let worlds = try Compared(small: small, large: large)
  for round in 0..<rounds {
    for (operation, samples) in zip(operations, times) {
      let both = [(worlds.small, samples.small), (worlds.large, samples.large)]
      for (world, samples) in round.isMultiple(of: 2) ? both : both.reversed() {
        try operation.prepare(world)
        try samples.time { try operation.body(world) }
      }
    }
  }
  worlds.close()
  try StatementSteps.begin()
  let counted = try Compared(small: small, large: large)
  for (operation, samples) in zip(operations, times) {
    let costs = try [counted.small, counted.large].map { world in
      // The second time, when nothing has to be found out for the first time.
      try operation.prepare(world)
      try operation.body(world)
      try operation.prepare(world)
      return try StatementSteps.of { try operation.body(world) }
    }
    let steps = costs.map { $0.reduce(0) { $0 + $1.cost.steps } }
    report(
      operation.name,
      [
        "emptyP50Microseconds": samples.small.percentile(0.5),
        "emptyP99Microseconds": samples.small.percentile(0.99),
        "p50Microseconds": samples.large.percentile(0.5),
        "p95Microseconds": samples.large.percentile(0.95),
        "p99Microseconds": samples.large.percentile(0.99),
        "emptySteps": Double(steps[0]), "steps": Double(steps[1]),
        "scanned": Double(costs[1].reduce(0) { $0 + $1.cost.scanned }),
      ])
    if statements { StatementSteps.tell(costs[1], of: 1) }
  }
  counted.close()
  times.removeAll()
}
