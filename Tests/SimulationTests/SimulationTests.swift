import Foundation
import Testing

/// Histories from seeds: `BOOKEND_SEEDS` says how many (1 000), `BOOKEND_FIRST_SEED` from which on, and
/// `BOOKEND_SEED` lets one alone be lived again. `make simulate SEEDS=n` does it by hand.
struct SimulationTests {
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["BOOKEND_SEED"].flatMap(UInt64.init) { return [one] }
    let count = environment["BOOKEND_SEEDS"].flatMap(UInt64.init) ?? 1000
    let first = environment["BOOKEND_FIRST_SEED"].flatMap(UInt64.init) ?? 1
    return Array(first..<first + max(count, 1))
  }()

  @Test(arguments: [0, 1, 2, 3])
  func everyHistoryEndsWell(share: Int) throws {
    for (number, seed) in Self.seeds.enumerated() where number % 4 == share {
      let simulation = try Simulation(seed: seed)
      do {
        try simulation.run()
      } catch {
        Issue.record("seed \(seed): \(error)\n\(simulation.trace.joined(separator: "\n"))")
        return
      }
    }
  }
}
