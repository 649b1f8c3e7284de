import Core
import Queue
import Testing

@testable import Store

/// The first jobs of a lane, as far as they are known, against a list of all.
struct LaneHeadsTests {
  private static let kinds = ["a", "b", "c"].map(JobKind.init(rawValue:))
  private let now = Timestamp(seconds: 1_780_000_000)

  private func job(_ id: Int, _ kind: Int = 0, at seconds: Int = 0) -> ClaimCandidate {
    ClaimCandidate(
      id: JobID(number: Int64(id)), kind: Self.kinds[kind], runAt: now + .seconds(seconds),
      priority: kind)
  }

  private func ids(_ jobs: [ClaimCandidate]) -> [Int64] { jobs.map(\.id.number) }

  @Test func kindsAreMergedByRank() {
    var heads = LaneHeads()
    // A step of priority is half a minute.
    for job in [job(1, 1, at: -40), job(2, 0, at: -5), job(3, 0, at: -20), job(4, 2, at: -10)] {
      heads.add(job)
    }
    let first = heads.first(3, now: now) { _ in true }
    #expect(ids(first.due) == [3, 1, 2])
    #expect(first.next == nil)
  }

  @Test func whatMayNotBeginIsPassedOverAndWhatIsNotDueIsTold() {
    var heads = LaneHeads()
    heads.add(job(1, 0, at: -5))
    heads.add(job(2, 1, at: 60))
    heads.add(job(3, 2, at: 20))
    let first = heads.first(5, now: now) { $0 != Self.kinds[0] }
    #expect(ids(first.due) == [])
    #expect(first.next == now + .seconds(20))
  }

  /// Of a line that is not whole, what comes behind the known ones is not known either.
  @Test func aLineThatIsNotWholeIsReadWhenItIsShort() {
    var heads = LaneHeads()
    heads.read([job(1), job(2)], of: Self.kinds[0], isWhole: false)
    heads.add(job(9))
    #expect(heads.linesToRead(for: 2) == [])
    #expect(heads.linesToRead(for: 3) == [Self.kinds[0]])
    heads.remove(job(1))
    #expect(heads.linesToRead(for: 2) == [Self.kinds[0]])
    heads.read([job(2), job(5), job(9)], of: Self.kinds[0], isWhole: true)
    #expect(heads.linesToRead(for: 9) == [])
    #expect(ids(heads.first(9, now: now) { _ in true }.due) == [2, 5, 9])
  }

  /// Whatever comes and goes: what is known is the beginning of what waits.
  @Test(arguments: [UInt64](1...100)) func knowsTheBeginningOfWhatWaits(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    var waiting: [ClaimCandidate] = []
    var heads = LaneHeads()
    for number in 1...400 {
      if randomness.next() % 3 > 0 || waiting.isEmpty {
        let new = job(
          number, Int(randomness.next() % 3), at: Int(randomness.next() % 200) - 150)
        waiting.append(new)
        heads.add(new)
      } else {
        let room = 1 + Int(randomness.next() % 9)
        for kind in heads.linesToRead(for: room) {
          let line = waiting.filter { $0.kind == kind }.sorted()
          let limit = max(room, LaneHeads.readAtOnce)
          heads.read(Array(line.prefix(limit)), of: kind, isWhole: line.count < limit)
        }
        let first = heads.first(room, now: now) { _ in true }
        let due = waiting.filter { $0.runAt <= now }.sorted().prefix(room)
        #expect(ids(first.due) == ids(Array(due)), "seed \(seed), job \(number)")
        for job in first.due {
          heads.remove(job)
          waiting.removeAll { $0 == job }
        }
      }
    }
  }
}
