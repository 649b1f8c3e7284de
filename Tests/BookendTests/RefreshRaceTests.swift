import Bookings
import Calendars
import Core
import Foundation
import HTTPClient
import SQLite
import Queue
import Store
import Synchronization
import TestSupport
import Testing

@testable import bookend

/// Two processes on one database, many threads in each, and a provider that rotates its refresh tokens and
/// takes each of them once.
@Suite struct RefreshRaceTests {
  private let folder: TemporaryFolder
  private let time = HandTurnedTime()
  private let keys: SealingKeys
  private let connection = ConnectionID("con_1")

  init() throws {
    folder = try TemporaryFolder()
    try (String(repeating: "a1", count: 32) + "\n").write(
      toFile: folder.file("seal"), atomically: true, encoding: .utf8)
    keys = try SealingKeys(path: folder.file("seal"))
  }

  private func process(_ bootID: String) throws -> Store {
    let database = try Database(
      path: folder.file("bookend.db"), migrator: schema, time: time, options: .init())
    return try Store(
      database: database, lockDirectory: folder.file("locks"), bootID: bootID
    ) { _ in EnqueuePolicy(queue: "q", priority: 1, maxAttempts: 1) }
  }

  private func refresher(_ store: Store, _ server: RawHTTPServer) -> Refresher {
    let client = OAuthClient(
      settings: OAuthSettings(
        provider: .outlook, authorizeURL: "", tokenURL: "\(server.url)/token",
        apiBaseURL: server.url, tenant: "common", clientID: "c",
        clientSecret: { Redacted("s") }),
      http: HTTPClient(), time: time)
    return Refresher(
      vault: StoredCredentials(store: store, keys: keys, log: .discarded), time: time,
      client: { _ in client })
  }

  private func connect(_ store: Store) throws {
    let organization = OrganizationID("org_1")
    try store.insertOrganization(organization, name: "O")
    try store.insert(
      HostRecord(
        id: HostID("hst_1"), organization: organization, name: "H", email: "h@example.com",
        timeZone: "UTC"))
    let credential = AccountCredential(source: .refreshToken(Redacted("refresh-0")))
    _ = try store.connect(
      Connection(
        id: connection, organization: organization, host: HostID("hst_1"), provider: .outlook,
        name: "N", url: "", username: "h@example.com", state: .connected, createdAt: time.now()),
      secret: .credential(try keys.seal(credential.json, for: connection.text)), calendars: [],
      request: nil
    ) { _, _ in [] }
  }

  @Test func eachRefreshTokenIsSentOnce() throws {
    let seen = Mutex<[String]>([])
    let server = try RawHTTPServer { request in
      let sent = request.body.components(separatedBy: "refresh_token=refresh-").last ?? ""
      let number = seen.withLock { seen in
        seen.append(sent)
        return seen.count
      }
      return [
        .answer(
          200,
          #"{"access_token":"access-\#(number)","expires_in":3600,"token_type":"Bearer","#
            + #""refresh_token":"refresh-\#(number)"}"#)
      ]
    }
    defer { server.stop() }
    let first = try process("first")
    defer { first.close() }
    let second = try process("second")
    defer { second.close() }
    try connect(first)
    let refreshers = [refresher(first, server), refresher(second, server)]

    for round in 1...3 {
      let given = Mutex<Set<String>>([])
      inThreads(8) { [connection] number in
        let token = (try? refreshers[number % 2].token(for: connection).reveal()) ?? "none"
        given.withLock { _ = $0.insert(token) }
      }
      #expect(given.withLock { $0 } == ["access-\(round)"])
      // Nothing of the old token is left that could serve meanwhile.
      time.advance(.hours(1))
    }
    // 0, 1, 2: each answer's token is the next request's.
    #expect(seen.withLock { $0.map { String($0.prefix { $0.isNumber }) } } == ["0", "1", "2"])
  }

  @Test func aProcessThatDiesWhileItRenewsHoldsUpNobody() throws {
    let server = try RawHTTPServer { _ in
      [.answer(200, #"{"access_token":"a","expires_in":3600,"refresh_token":"r"}"#)]
    }
    defer { server.stop() }
    let first = try process("first")
    let second = try process("second")
    defer { second.close() }
    try connect(first)
    #expect(
      try first.beginRenewal(of: connection, version: 1, until: time.now() + .hours(1))
        == .granted)
    first.close()
    #expect(try refresher(second, server).token(for: connection).reveal() == "a")
  }
}
