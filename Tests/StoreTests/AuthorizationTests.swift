import Bookings
import Core
import Store
import Synchronization
import TestSupport
import Testing

extension StoreWorld {
  func addSignIn(state: UInt8, browser: UInt8, lifetime: Duration = .minutes(10)) throws {
    try store.addAuthorization(
      AuthorizationRecord(
        organization: StoreWorld.organization, host: StoreWorld.host.id, provider: .google,
        connection: nil, verifier: [7], expiresAt: time.now() + lifetime),
      stateHash: .init(repeating: state, count: 32),
      browserHash: .init(repeating: browser, count: 32))
  }

  func takeSignIn(state: UInt8, browser: UInt8) throws -> TakenAuthorization? {
    try store.takeAuthorization(
      stateHash: .init(repeating: state, count: 32),
      browserHash: .init(repeating: browser, count: 32))
  }
}

/// A sign-in ends once, in the browser that began it, within its time.
@Suite struct AuthorizationTests {
  let world: StoreWorld

  init() throws {
    world = try StoreWorld()
    try world.addSignIn(state: 1, browser: 2)
  }

  @Test func onceAndInItsOwnBrowser() throws {
    // Another browser's attempt leaves it to the one that began it.
    #expect(try world.takeSignIn(state: 1, browser: 3) == nil)
    #expect(try world.takeSignIn(state: 9, browser: 2) == nil)
    guard case .taken(let record)? = try world.takeSignIn(state: 1, browser: 2) else {
      Issue.record("it was not taken")
      return
    }
    #expect(record.verifier == [7])
    #expect(record.host == StoreWorld.host.id)
    guard case .used(_, connected: nil)? = try world.takeSignIn(state: 1, browser: 2) else {
      Issue.record("it was taken twice")
      return
    }
    let verifiers = try world.rows(
      "SELECT count(*) FROM authorizations WHERE verifier IS NOT NULL"
    ) { $0.int(0) }
    #expect(verifiers == [0])
  }

  @Test func manyAtOnceAreOne() throws {
    let taken = Atomic(0)
    let store = world.store
    inThreads(8) { _ in
      let taking = try? store.takeAuthorization(
        stateHash: .init(repeating: 1, count: 32), browserHash: .init(repeating: 2, count: 32))
      if case .taken? = taking {
        taken.add(1, ordering: .relaxed)
      }
    }
    #expect(taken.load(ordering: .relaxed) == 1)
  }

  @Test func whoLoadsTheLastPageAgainIsToldTheSame() throws {
    _ = try world.takeSignIn(state: 1, browser: 2)
    let account = try world.addAccount()
    try world.store.finishAuthorization(
      stateHash: .init(repeating: 1, count: 32), connected: account)
    guard case .used(_, connected: account)? = try world.takeSignIn(state: 1, browser: 2) else {
      Issue.record("what came of it is forgotten")
      return
    }
  }

  @Test func afterItsTimeItIsOver() throws {
    world.time.advance(.minutes(10))
    #expect(try world.takeSignIn(state: 1, browser: 2) == nil)
  }
}
