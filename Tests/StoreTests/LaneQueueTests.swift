import Core
import Queue
import Testing

@testable import Store

/// The claim's queue of lanes: whichever lane's first job goes first is the best, and a lane is read no earlier than
/// its turn comes.
struct LaneQueueTests {
  private func lane(_ number: Int) -> LaneID { LaneID(rawValue: "con_\(number)") }

  private func job(_ id: Int, at milliseconds: Int) -> ClaimCandidate {
    ClaimCandidate(
      id: JobID(number: Int64(id)), kind: .booking,
      runAt: Timestamp(milliseconds: Int64(milliseconds)), priority: 0)
  }

  /// As a claim goes through it; also which lanes it has read.
  private func drain(
    _ jobs: [LaneID: [ClaimCandidate]], limit: Int
  ) -> (ids: [Int64], read: Set<LaneID>) {
    var queue = LaneQueue(jobs.compactMapValues { $0.first?.rank })
    var taken: [Int64] = []
    var read: Set<LaneID> = []
    while taken.count < limit, queue.best != nil {
      let best = queue.removeBest()
      guard let waiting = best.jobs else {
        read.insert(best.lane)
        queue.insert(best.lane, jobs[best.lane, default: []][...])
        continue
      }
      taken.append(waiting[waiting.startIndex].id.number)
      queue.insert(best.lane, waiting.dropFirst())
    }
    return (taken, read)
  }

  @Test(arguments: [UInt64](1...200)) func theOrderIsThatOfAllJobsTogether(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    var jobs: [LaneID: [ClaimCandidate]] = [:]
    for id in 1...60 {
      let lane = lane(Int(randomness.next() % 9))
      // Few times, so that many are of the same rank.
      jobs[lane, default: []].append(job(id, at: Int(randomness.next() % 12)))
    }
    for lane in jobs.keys { jobs[lane]?.sort() }
    let all = jobs.values.flatMap { $0 }.sorted().map(\.id.number)
    let limit = 1 + Int(randomness.next() % 60)
    #expect(drain(jobs, limit: limit).ids == Array(all.prefix(limit)), "seed \(seed)")
  }

  @Test func lanesThatAreNotReachedAreNotRead() {
    let jobs = Dictionary(
      uniqueKeysWithValues: (0..<100).map { (lane($0), [job($0 + 1, at: $0)]) })
    let first = drain(jobs, limit: 3)
    #expect(first.ids == [1, 2, 3])
    #expect(first.read == [lane(0), lane(1), lane(2)])
  }

  @Test func whoHasNoLaneStandsAmongThem() {
    var queue = LaneQueue([lane(1): 5])
    #expect(queue.best?.isBefore(job(1, at: 4)) == false)
    // It may: whether it does is known once its jobs are read.
    #expect(queue.best?.isBefore(job(1, at: 5)) == true)
    #expect(queue.best?.isBefore(nil) == true)
    _ = queue.removeBest()
    queue.insert(lane(1), [job(7, at: 5)])
    #expect(queue.best?.isBefore(job(6, at: 5)) == false)
    #expect(queue.best?.isBefore(job(8, at: 5)) == true)
  }
}
