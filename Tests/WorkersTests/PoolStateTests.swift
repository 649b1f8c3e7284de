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
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 3)
    #expect(!state.claimed(jobs(2), at: now).claimsAgain)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 1)
  }

  @Test func oneClaimIsInFlightAndASignalAfterItIsNotForgotten() {
    var state = PoolState(seats: 3)
    #expect(state.signal() == true)
    // What it tells of is there when the claim is made.
    #expect(state.signal() == false)
    #expect(state.claimLimit() == 3)
    #expect(!state.claimed(jobs(1), at: now).claimsAgain)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    #expect(state.signal() == false)
    #expect(state.claimed([], at: now).claimsAgain)
  }

  @Test func aSeatThatGetsFreeBeforeTheClaimIsMadeIsFilledByIt() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    let first = state.claimed(jobs(2), at: now)
    #expect(!first.claimsAgain)
    #expect(state.free(first.seats[0]) == true)
    #expect(state.free(first.seats[1]) == false)
    #expect(state.claimLimit() == 2)
  }

  @Test func afterAFullClaimASeatThatGetsFreeClaimsAgain() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    let claimed = state.claimed(jobs(2), at: now)
    #expect(!claimed.claimsAgain)
    #expect(Set(claimed.seats).count == 2)
    #expect(state.free(claimed.seats[0]) == true)
    #expect(state.claimLimit() == 1)
    // Fewer came than were asked for: there is no more to claim.
    #expect(!state.claimed([], at: now).claimsAgain)
    #expect(state.free(claimed.seats[1]) == false)
  }

  @Test func afterAFailedClaimTheNextSignalClaims() {
    var state = PoolState(seats: 1)
    #expect(state.signal() == true)
    state.claimFailed()
    #expect(state.signal() == true)
  }

  @Test func whoStopsClaimsNothingMore() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    state.isStopping = true
    let claimed = state.claimed(jobs(2), at: now)
    #expect(!claimed.claimsAgain)
    #expect(state.free(claimed.seats[0]) == false)
    #expect(state.signal() == false)
  }

  @Test func aLeaseIsExtendedOncePerThirdOfIt() {
    var state = PoolState(seats: 1)
    #expect(state.signal() == true)
    let claimed = state.claimed(jobs(1), at: now)
    let lease = Duration.seconds(60)
    #expect(state.leasesToExtend(now: now + .seconds(20), lease: lease).isEmpty)
    let due = state.leasesToExtend(now: now + .seconds(21), lease: lease)
    #expect(due.map(\.job.lease.job.number) == [1])
    #expect(due.map(\.began) == [now])
    #expect(state.leasesToExtend(now: now + .seconds(41), lease: lease).isEmpty)
    // Its handler has returned, and its end waits to be recorded: it must not be taken for an orphan.
    _ = state.free(claimed.seats[0])
    #expect(state.leasesToExtend(now: now + .seconds(42), lease: lease).count == 1)
    state.ended(due[0].job.lease)
    #expect(state.leasesToExtend(now: now + .seconds(99), lease: lease).isEmpty)
  }

  /// Whatever the order of events: no job without a seat, and no ready job forgotten while a seat is free.
  @Test(arguments: [UInt64](1...200)) func noWakeUpIsLost(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    let seats = 1 + Int(randomness.next() % 4)
    var state = PoolState(seats: seats)
    var ready = 0
    /// What the claim in flight has found; nil before it is made.
    var found: Int?
    var isInFlight = false
    var taken: [Int] = []

    func begin(_ claims: Bool) {
      if !claims { return }
      #expect(!isInFlight && taken.count < seats, "seed \(seed)")
      isInFlight = true
    }
    for _ in 0..<400 {
      switch randomness.next() % 5 {
      case 0:
        ready += 1
        begin(state.signal())
      case 1:
        // The claim sees what is ready now; what becomes ready later, it does not.
        guard isInFlight, found == nil else { continue }
        let limit = state.claimLimit()
        #expect(limit == seats - taken.count, "seed \(seed)")
        found = min(limit, ready)
        ready -= min(limit, ready)
      case 2, 3:
        guard let brought = found else { continue }
        (found, isInFlight) = (nil, false)
        let claimed = state.claimed(jobs(brought), at: now)
        taken += claimed.seats
        #expect(Set(taken).count == taken.count && taken.count <= seats, "seed \(seed)")
        begin(claimed.claimsAgain)
      default:
        if taken.isEmpty { continue }
        begin(state.free(taken.remove(at: Int(randomness.next() % UInt64(taken.count)))))
      }
      #expect(
        ready == 0 || isInFlight || taken.count == seats,
        "seed \(seed): \(ready) are ready, a seat is free and nobody claims")
    }
  }
}
