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

  /// Lets the seats take all that lies on the table; which they were.
  private func seat(_ state: inout PoolState, _ orders: PoolState.Orders) -> [Int] {
    var seats: [Int] = []
    var wake = orders.wake
    while let seat = wake {
      let next = state.come(seat)
      wake = next.orders.wake
      if next.job != nil { seats.append(seat) }
    }
    return seats
  }

  @Test func aSignalClaimsAsManyAsSeatsAreFree() {
    var state = PoolState(seats: 3)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 3)
    let orders = state.claimed(jobs(2), at: now)
    #expect(!orders.claim)
    // Those on the table have their seats.
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 1)
    #expect(seat(&state, orders).count == 2)
    #expect(state.claimLimit() == 1)
  }

  @Test func oneClaimIsInFlightAndASignalAfterItIsNotForgotten() {
    var state = PoolState(seats: 3)
    #expect(state.signal() == true)
    // What it tells of is there when the claim is made.
    #expect(state.signal() == false)
    #expect(state.claimLimit() == 3)
    #expect(!state.claimed(jobs(1), at: now).claim)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    #expect(state.signal() == false)
    #expect(state.claimed([], at: now).claim)
  }

  @Test func eachJobHasASeatThatWakesTheNext() {
    var state = PoolState(seats: 3)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 3)
    let orders = state.claimed(jobs(3), at: now)
    let first = state.come(orders.wake ?? -1)
    #expect(first.job?.job.lease.job.number == 1)
    let second = state.come(first.orders.wake ?? -1)
    #expect(second.job?.job.lease.job.number == 2)
    // The first has run its job meanwhile, and takes the third before the seat that was woken for it.
    #expect(state.take(orders.wake ?? -1).job?.job.lease.job.number == 3)
    let late = state.come(second.orders.wake ?? -1)
    #expect(late.job == nil)
    #expect(late.orders.wake == nil)
  }

  @Test func aSeatThatGetsFreeBeforeTheClaimIsMadeIsFilledByIt() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    let seats = seat(&state, state.claimed(jobs(2), at: now))
    #expect(state.take(seats[0]).orders.claim)
    #expect(!state.take(seats[1]).orders.claim)
    #expect(state.claimLimit() == 2)
  }

  @Test func afterAFullClaimASeatThatGetsFreeClaimsAgain() {
    var state = PoolState(seats: 2)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 2)
    let orders = state.claimed(jobs(2), at: now)
    #expect(!orders.claim)
    let seats = seat(&state, orders)
    #expect(Set(seats).count == 2)
    #expect(state.take(seats[0]).orders.claim)
    #expect(state.claimLimit() == 1)
    // Fewer came than were asked for: there is no more to claim.
    #expect(!state.claimed([], at: now).claim)
    #expect(!state.take(seats[1]).orders.claim)
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
    let orders = state.claimed(jobs(2), at: now)
    #expect(!orders.claim)
    let seats = seat(&state, orders)
    #expect(!state.take(seats[0]).orders.claim)
    #expect(state.signal() == false)
  }

  @Test func aLeaseIsExtendedOncePerThirdOfIt() {
    var state = PoolState(seats: 1)
    #expect(state.signal() == true)
    #expect(state.claimLimit() == 1)
    let seats = seat(&state, state.claimed(jobs(1), at: now))
    let lease = Duration.seconds(60)
    #expect(state.leasesToExtend(now: now + .seconds(20), lease: lease).isEmpty)
    let due = state.leasesToExtend(now: now + .seconds(21), lease: lease)
    #expect(due.map(\.job.lease.job.number) == [1])
    #expect(due.map(\.began) == [now])
    #expect(state.leasesToExtend(now: now + .seconds(41), lease: lease).isEmpty)
    // Its handler has returned, and its end waits to be recorded: it must not be taken for an orphan.
    #expect(state.take(seats[0]).job == nil)
    #expect(state.leasesToExtend(now: now + .seconds(42), lease: lease).count == 1)
    state.ended(due[0].job.lease)
    #expect(state.leasesToExtend(now: now + .seconds(99), lease: lease).isEmpty)
  }

  /// Whatever the order of events: no more jobs than seats, none that lies on the table for ever, and no ready
  /// job forgotten while a seat is free.
  @Test(arguments: [UInt64](1...200)) func noWakeUpIsLost(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    let seats = 1 + Int(randomness.next() % 4)
    var state = PoolState(seats: seats)
    var ready = 0
    /// What the claim in flight has found; nil before it is made.
    var found: Int?
    var isInFlight = false
    var onTable = 0
    var working: [Int] = []
    var coming: [Int] = []

    func follow(_ orders: PoolState.Orders) {
      if let seat = orders.wake {
        #expect(!coming.contains(seat) && !working.contains(seat), "seed \(seed)")
        coming.append(seat)
      }
      begin(orders.claim)
    }
    func begin(_ claims: Bool) {
      if !claims { return }
      #expect(!isInFlight && working.count + onTable < seats, "seed \(seed)")
      isInFlight = true
    }
    func sit(_ seat: Int, _ next: (job: PoolState.Dealt?, orders: PoolState.Orders)) {
      #expect((next.job != nil) == (onTable > 0), "seed \(seed)")
      if next.job != nil {
        onTable -= 1
        working.append(seat)
      }
      follow(next.orders)
    }
    for _ in 0..<600 {
      switch randomness.next() % 7 {
      case 0:
        ready += 1
        begin(state.signal())
      case 1:
        // The claim sees what is ready now; what becomes ready later, it does not.
        guard isInFlight, found == nil else { continue }
        let limit = state.claimLimit()
        #expect(limit == seats - working.count - onTable, "seed \(seed)")
        found = min(limit, ready)
        ready -= min(limit, ready)
      case 2, 3:
        guard let brought = found else { continue }
        (found, isInFlight) = (nil, false)
        onTable += brought
        follow(state.claimed(jobs(brought), at: now))
      case 4:
        if let seat = coming.popLast() { sit(seat, state.come(seat)) }
      default:
        if working.isEmpty { continue }
        let seat = working.remove(at: Int(randomness.next() % UInt64(working.count)))
        sit(seat, state.take(seat))
      }
      #expect(
        ready == 0 || isInFlight || working.count + onTable == seats,
        "seed \(seed): \(ready) are ready, a seat is free and nobody claims")
      #expect(onTable == 0 || !coming.isEmpty || working.count == seats, "seed \(seed)")
    }
  }
}
