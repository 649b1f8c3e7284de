import Core
import Queue
import Testing

@testable import Workers

@Suite struct PoolStateTests {
  private let now = MonotonicInstant(nanoseconds: 1_000_000_000)

  private func jobs(_ count: Int) -> [(ClaimedJob, WorkLimit)] {
    (0..<count).map {
      let job = ClaimedJob(
        lease: Lease(job: JobID(number: Int64($0 + 1)), fence: 1), kind: .booking, payload: "{}",
        attempt: 1, maxAttempts: 3, deadline: nil, startedAt: Timestamp(seconds: 0),
        enqueuedAt: Timestamp(seconds: 0))
      return (job, WorkLimit())
    }
  }

  @Test func aSignalClaimsAsManyAsSeatsAreFree() {
    var state = PoolState(seats: 3)
    #expect(state.signal() == 3)
    #expect(state.claimed(jobs(2), of: 3, at: now).limit == nil)
    #expect(state.signal() == 1)
  }

  @Test func oneClaimIsInFlightAndASignalMeanwhileIsNotForgotten() {
    var state = PoolState(seats: 3)
    #expect(state.signal() == 3)
    #expect(state.signal() == nil)
    #expect(state.claimed(jobs(1), of: 3, at: now).limit == 2)
    #expect(state.claimed([], of: 2, at: now).limit == nil)
  }

  @Test func afterAFullClaimASeatThatGetsFreeClaimsAgain() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == 2)
    let claimed = state.claimed(jobs(2), of: 2, at: now)
    #expect(claimed.limit == nil)
    #expect(Set(claimed.seats).count == 2)
    #expect(state.free(claimed.seats[0]) == 1)
    // Fewer came than were asked for: there is no more to claim.
    #expect(state.claimed([], of: 1, at: now).limit == nil)
    #expect(state.free(claimed.seats[1]) == nil)
  }

  @Test func afterAFailedClaimTheNextSignalClaims() {
    var state = PoolState(seats: 1)
    #expect(state.signal() == 1)
    state.claimFailed()
    #expect(state.signal() == 1)
  }

  @Test func whoStopsClaimsNothingMore() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == 2)
    state.isStopping = true
    let claimed = state.claimed(jobs(2), of: 2, at: now)
    #expect(claimed.limit == nil)
    #expect(state.free(claimed.seats[0]) == nil)
    #expect(state.signal() == nil)
  }

  @Test func aLeaseIsExtendedOncePerThirdOfIt() {
    var state = PoolState(seats: 1)
    #expect(state.signal() == 1)
    _ = state.claimed(jobs(1), of: 1, at: now)
    let lease = Duration.seconds(60)
    #expect(state.leasesToExtend(now: now + .seconds(20), lease: lease).isEmpty)
    let due = state.leasesToExtend(now: now + .seconds(21), lease: lease)
    #expect(due.map(\.job.lease.job.number) == [1])
    #expect(due.map(\.began) == [now])
    #expect(state.leasesToExtend(now: now + .seconds(41), lease: lease).isEmpty)
    #expect(state.leasesToExtend(now: now + .seconds(42), lease: lease).count == 1)
  }

  /// Whatever the order of events: no job without a seat, and no ready job forgotten while a seat is free.
  @Test(arguments: [UInt64](1...200)) func noWakeUpIsLost(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    let seats = 1 + Int(randomness.next() % 4)
    var state = PoolState(seats: seats)
    var ready = 0
    var inFlight: (limit: Int, found: Int)?
    var taken: [Int] = []

    func begin(_ limit: Int?) {
      guard let limit else { return }
      #expect(inFlight == nil && limit <= seats - taken.count, "seed \(seed)")
      // The claim sees what is ready now; what becomes ready later, it does not.
      inFlight = (limit, min(limit, ready))
      ready -= min(limit, ready)
    }
    for _ in 0..<300 {
      switch randomness.next() % 4 {
      case 0:
        ready += 1
        begin(state.signal())
      case 1, 2:
        guard let (limit, found) = inFlight else { continue }
        inFlight = nil
        let claimed = state.claimed(jobs(found), of: limit, at: now)
        taken += claimed.seats
        #expect(Set(taken).count == taken.count && taken.count <= seats, "seed \(seed)")
        begin(claimed.limit)
      default:
        if taken.isEmpty { continue }
        begin(state.free(taken.remove(at: Int(randomness.next() % UInt64(taken.count)))))
      }
      #expect(
        ready == 0 || inFlight != nil || taken.count == seats,
        "seed \(seed): \(ready) are ready, a seat is free and nobody claims")
    }
  }
}
