import Bookings
import Core
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Calendars

/// Who renews an account's token, when, and what becomes of it when things go wrong at the worst moment.
@Suite struct RefresherTests {
  private let time = HandTurnedTime()
  private let id = ConnectionID("con_1")

  private func credential(minutes: Int, access: String = "old") -> AccountCredential {
    AccountCredential(
      source: .refreshToken(Redacted("refresh-1")),
      access: AccessToken(
        token: Redacted(access), obtainedAt: time.now() - .minutes(60 - minutes),
        expiresAt: time.now() + .minutes(minutes)))
  }

  private func refresher(
    _ vault: VaultInMemory, at server: RawHTTPServer,
    wait: @escaping @Sendable (Duration) -> Void = { _ in }
  ) -> Refresher {
    let client = OAuthClient.testing(.google, server, time)
    return Refresher(vault: vault, time: time, client: { _ in client }, wait: wait)
  }

  private static func tokens(_ access: String, refresh: String? = nil) -> RawHTTPServer.Action {
    let more = refresh.map { #","refresh_token":"\#($0)""# } ?? ""
    return .answer(
      200, #"{"access_token":"\#(access)","expires_in":3600,"token_type":"Bearer"\#(more)}"#)
  }

  // MARK: When

  @Test func aTokenThatLastsIsGivenOutAsItIs() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 6))
    #expect(try refresher(vault, at: server).token(for: id).reveal() == "old")
    #expect(server.requests.isEmpty)
  }

  @Test func lessThanFiveMinutesIsTooLittle() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 4))
    let refresher = refresher(vault, at: server)
    #expect(try refresher.token(for: id).reveal() == "new")
    // Google gives no new refresh token: the old one stays.
    #expect(vault.refreshToken == "refresh-1")
    #expect(try refresher.token(for: id).reveal() == "new")
    #expect(server.requests.count == 1)
    #expect(server.requests.first?.body.contains("grant_type=refresh_token") == true)
    time.advance(.minutes(56))
    #expect(try refresher.token(for: id).reveal() == "new")
    #expect(server.requests.count == 2)
  }

  @Test func afterOneRefusalItIsRenewedAndAfterTheNextTheOwnerHasToAct() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 30))
    let refresher = refresher(vault, at: server)
    refresher.rejected(Redacted("old"), for: id)
    #expect(try refresher.token(for: id).reveal() == "new")
    // A worker that still had the old one says so late: nothing happens.
    refresher.rejected(Redacted("old"), for: id)
    #expect(try refresher.token(for: id).reveal() == "new")
    #expect(server.requests.count == 1)

    refresher.rejected(Redacted("new"), for: id)
    #expect(throws: ProviderError.self) { try refresher.token(for: id) }
    #expect(vault.state.withLock { $0.troubles.map(\.cause) } == [.owner])
    #expect(server.requests.count == 1)
  }

  /// One that nobody had refused before is worth a renewal, however young.
  @Test func aYoungTokenIsRenewedOnce() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 60))
    let refresher = refresher(vault, at: server)
    refresher.rejected(Redacted("old"), for: id)
    #expect(try refresher.token(for: id).reveal() == "new")
    #expect(vault.state.withLock { $0.troubles.isEmpty })
  }

  @Test func manyThreadsAskOnce() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 1))
    let refresher = refresher(vault, at: server)
    let given = Mutex<[String]>([])
    inThreads(8) { [id] _ in
      let token = (try? refresher.token(for: id).reveal()) ?? "none"
      given.withLock { $0.append(token) }
    }
    #expect(Set(given.withLock { $0 }) == ["new"])
    #expect(server.requests.count == 1)
  }

  // MARK: Rotation

  @Test func aRotatedTokenIsStoredBeforeItIsUsed() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new", refresh: "refresh-2")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 1))
    let refresher = refresher(vault, at: server)
    vault.state.withLock { state in
      state.beforeStoring = { vault.state.withLock { $0.isBroken = true } }
    }
    // The disk does not take it: so nobody gets it either.
    #expect(throws: ProviderError.self) { try refresher.token(for: id) }
    #expect(vault.refreshToken == "refresh-1")
    vault.state.withLock { $0.isBroken = false }
    #expect(try refresher.token(for: id).reveal() == "new")
    #expect(vault.refreshToken == "refresh-2")
  }

  @Test func theLoserOfARaceUsesTheWinnersToken() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("mine", refresh: "refresh-mine")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 1))
    let now = time.now()
    vault.state.withLock { state in
      state.beforeStoring = {
        vault.overtake(access: "theirs", refresh: "refresh-theirs", now: now)
      }
    }
    #expect(try refresher(vault, at: server).token(for: id).reveal() == "theirs")
    #expect(vault.refreshToken == "refresh-theirs")
  }

  @Test("a refresh token that the winner's answer has replaced is no reason to call the owner")
  func invalidGrantOfALoser() throws {
    let vault = VaultInMemory(credential(minutes: 1))
    let now = time.now()
    let server = try RawHTTPServer { _ in
      [
        .call { vault.overtake(access: "theirs", refresh: "refresh-2", now: now) },
        .answer(400, #"{"error":"invalid_grant"}"#),
      ]
    }
    defer { server.stop() }
    #expect(try refresher(vault, at: server).token(for: id).reveal() == "theirs")
    #expect(vault.state.withLock { $0.troubles.isEmpty })
  }

  // MARK: Another process is at it

  @Test func whileAnotherRenewsTheOldTokenServesAsLongAsItLasts() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 2))
    vault.state.withLock { $0.holder = "another" }
    #expect(try refresher(vault, at: server).token(for: id).reveal() == "old")
    #expect(server.requests.isEmpty)
  }

  @Test func withoutOneItWaitsForTheOthersToken() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 0))
    vault.state.withLock { $0.holder = "another" }
    let now = time.now()
    let refresher = refresher(vault, at: server) { _ in
      vault.overtake(access: "theirs", refresh: "refresh-2", now: now)
    }
    #expect(try refresher.token(for: id).reveal() == "theirs")
    #expect(server.requests.isEmpty)
  }

  @Test func butNotForEver() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 0))
    vault.state.withLock { $0.holder = "another" }
    let refresher = refresher(vault, at: server) { [time] _ in time.advance(.seconds(10)) }
    do throws(ProviderError) {
      _ = try refresher.token(for: id)
      Issue.record("a token came from nowhere")
    } catch {
      #expect(error.kind == .transient)
    }
  }

  // MARK: When the provider says no

  @Test func arevokedPermissionIsReportedOnceAndAskedNoMore() throws {
    let server = try RawHTTPServer { _ in [.answer(400, #"{"error":"invalid_grant"}"#)] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 1))
    let refresher = refresher(vault, at: server)
    for _ in 0..<3 {
      do throws(ProviderError) {
        _ = try refresher.token(for: id)
        Issue.record("a token came from nowhere")
      } catch {
        #expect(error.kind == .needsOwner)
      }
    }
    #expect(server.requests.count == 1)
    #expect(vault.state.withLock { $0.troubles.count } == 1)
  }

  @Test func theOperatorsMistakeHealsByItself() throws {
    let isMended = Atomic(false)
    let server = try RawHTTPServer { _ in
      isMended.load(ordering: .relaxed)
        ? [Self.tokens("new")] : [.answer(401, #"{"error":"invalid_client"}"#)]
    }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 0))
    let refresher = refresher(vault, at: server)
    do throws(ProviderError) {
      _ = try refresher.token(for: id)
      Issue.record("a token came from nowhere")
    } catch {
      #expect(error.kind == .needsOwner)
    }
    #expect(vault.state.withLock { $0.troubles.map(\.cause) } == [.operator])
    isMended.store(true, ordering: .relaxed)
    #expect(try refresher.token(for: id).reveal() == "new")
  }

  @Test func aServerThatIsNotWellCostsNothingWhileTheTokenLasts() throws {
    let server = try RawHTTPServer { _ in [.answer(503, headers: ["Retry-After: 120"])] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 2))
    let refresher = refresher(vault, at: server)
    #expect(try refresher.token(for: id).reveal() == "old")
    time.advance(.minutes(2))
    do throws(ProviderError) {
      _ = try refresher.token(for: id)
      Issue.record("a token came from nowhere")
    } catch {
      #expect(error.kind == .throttled(until: time.now() + .seconds(120)))
    }
    #expect(vault.state.withLock { $0.troubles.isEmpty && $0.holder == nil })
  }

  @Test func whatIsConnectedAgainIsReadAgain() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 60))
    let refresher = refresher(vault, at: server)
    #expect(try refresher.token(for: id).reveal() == "old")
    vault.overtake(access: "connected again", refresh: "r", now: time.now())
    refresher.forget(id)
    #expect(try refresher.token(for: id).reveal() == "connected again")
  }

  @Test func anAccountThatIsGoneIsPermanent() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    do throws(ProviderError) {
      _ = try refresher(VaultInMemory(nil), at: server).token(for: id)
      Issue.record("a token came from nowhere")
    } catch {
      #expect(error.kind == .permanent)
    }
  }

  @Test func renewingByHandTriesAgainWhereTheOwnerHadToAct() throws {
    let server = try RawHTTPServer { _ in [Self.tokens("new")] }
    defer { server.stop() }
    let vault = VaultInMemory(credential(minutes: 60))
    vault.state.withLock { $0.needsOwner = "revoked" }
    let refresher = refresher(vault, at: server)
    #expect(throws: ProviderError.self) { try refresher.token(for: id) }
    try refresher.renew(id)
    #expect(try refresher.token(for: id).reveal() == "new")
  }
}
