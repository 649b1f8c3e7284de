import Core
import Foundation
import Queue
import TestSupport
import Testing

@testable import Store

/// Random histories of two processes on one file, against the model, step by step. `BOOKEND_HISTORIES` says
/// how many (10 000), and `BOOKEND_SEED` lets one alone be lived again.
struct QueueModelTests {
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["BOOKEND_SEED"].flatMap(UInt64.init) { return [one] }
    return Array(1...(environment["BOOKEND_HISTORIES"].flatMap(UInt64.init) ?? 10_000))
  }()

  @Test(arguments: [0, 1, 2, 3])
  func theQueueDoesWhatTheModelDoes(share: Int) throws {
    let ground = try QueueGround()
    for (number, seed) in Self.seeds.enumerated() where number % 4 == share {
      let history = try QueueHistory(seed: seed, on: ground)
      do {
        try history.run()
      } catch {
        Issue.record("seed \(seed): \(error)\n\(history.trace.joined(separator: "\n"))")
        return
      }
    }
    ground.end()
  }
}

/// What histories follow each other on: to open a file for each would take most of the time.
final class QueueGround {
  let world: StoreWorld
  /// The two processes that live, each with the source of its lanes' jitter, twice.
  var processes: [(store: Store, twin: Randomness)] = []
  private var processCount = 0

  init() throws {
    world = try StoreWorld(inMemory: true)
    for _ in 0..<2 { processes.append(try open()) }
  }

  func open() throws -> (store: Store, twin: Randomness) {
    processCount += 1
    let seed = UInt64(processCount)
    let store = try world.openProcess("process-\(processCount)", Randomness(seed: seed))
    return (store, Randomness(seed: seed))
  }

  /// Nothing is left of the history before but the time.
  func clear() throws {
    let latest = processes.map { $0.store.latestEnqueue.withLock { $0 } }.max()
    let day = Duration.days(1).wholeMilliseconds
    let last = max(latest ?? world.time.now(), world.time.now()).milliseconds
    world.time.setWall(to: Timestamp(milliseconds: (last / day + 1) * day))
    for process in processes { process.store.takenKinds.withLock { $0 = [] } }
    let living = ([world.store] + processes.map(\.store)).map(\.processLock.processID)
    let store = processes[0].store
    try store.write { transaction in
      for table in [
        "action_jobs", "actions", "attempts", "effects", "jobs", "lanes", "pauses", "chores",
        "job_counts", "process_kinds", "clock_jumps", "wakings",
      ] {
        try transaction.connection.execute("DELETE FROM \(table)")
      }
      store.memory.forget()
      // Nobody is left to be found dead, and nobody has claimed anything yet.
      try transaction.connection.execute(
        "DELETE FROM processes WHERE id NOT IN (\(living.map(\.description).joined(separator: ", ")))"
      )
    }
  }

  func end() { for process in processes { process.store.close() } }
}
