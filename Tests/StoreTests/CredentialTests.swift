import Bookings
import Core
import Store
import Testing

/// One process at a time renews a credential, and nobody overwrites a newer one.
@Suite struct CredentialTests {
  let world: StoreWorld
  let account: ConnectionID

  init() throws {
    world = try StoreWorld()
    account = try world.addAccount()
  }

  private var soon: Timestamp { world.time.now() + .seconds(30) }

  @Test func oneOfTwoProcessesGetsTheRight() throws {
    let other = try world.openProcess("second")
    defer { other.close() }
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .granted)
    #expect(try other.beginRenewal(of: account, version: 1, until: soon) == .taken)
    // The holder itself may ask again: within a process a lock decides.
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .granted)

    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try other.beginRenewal(of: account, version: 1, until: soon) == .outdated)
    #expect(try other.beginRenewal(of: account, version: 2, until: soon) == .granted)
  }

  @Test func theRightOfADeadProcessIsAnybodys() throws {
    let other = try world.openProcess("second")
    #expect(try other.beginRenewal(of: account, version: 1, until: soon) == .granted)
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .taken)
    other.close()
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .granted)
  }

  @Test func theRightOfAProcessThatHangsRunsOut() throws {
    let other = try world.openProcess("second")
    defer { other.close() }
    #expect(try other.beginRenewal(of: account, version: 1, until: soon) == .granted)
    world.time.advance(.seconds(30))
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .granted)
    // It comes to itself, and gives back what is no longer its own.
    try other.endRenewal(of: account, version: 1)
    #expect(try other.beginRenewal(of: account, version: 1, until: soon) == .taken)
  }

  @Test func whatIsGivenBackIsFree() throws {
    let other = try world.openProcess("second")
    defer { other.close() }
    #expect(try other.beginRenewal(of: account, version: 1, until: soon) == .granted)
    try other.endRenewal(of: account, version: 1)
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .granted)
  }

  @Test func whoComesLateOverwritesNothing() throws {
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try !world.store.storeCredential([3], of: account, version: 1))
    #expect(try world.store.credential(of: account)?.sealed == [2])
    #expect(try world.version(of: account) == 2)
  }

  @Test func connectingAgainRaisesTheVersion() throws {
    #expect(try world.store.beginRenewal(of: account, version: 1, until: soon) == .granted)
    try world.addAccount()
    // Whoever renews the old one meanwhile comes to nothing.
    #expect(try !world.store.storeCredential([9], of: account, version: 1))
    #expect(try world.version(of: account) == 2)
  }

  @Test func anAccountWithoutACredentialHasNone() throws {
    #expect(try world.store.credential(of: ConnectionID("cnn_org_1")) == nil)
    #expect(
      try world.store.beginRenewal(of: ConnectionID("none"), version: 1, until: soon)
        == .outdated)
  }

  @Test func resealingChangesNothingElse() throws {
    let row = try #require(try world.store.sealedRows().first)
    #expect(row.sealed == [1])
    #expect(try world.store.reseal(row, as: [7]))
    #expect(try world.store.credential(of: account)?.sealed == [7])
    #expect(try world.version(of: account) == 1)
    // What was renewed meanwhile stays.
    #expect(try world.store.storeCredential([8], of: account, version: 1))
    #expect(try !world.store.reseal(row, as: [9]))
    #expect(try world.store.credential(of: account)?.sealed == [8])
  }
}
