import Bookings
import Core
import Intake
import Synchronization

@testable import Web

/// Accounts that answer as a test says, and remember what was asked.
final class ScriptedAccounts: CalendarAccounts {
  struct State {
    var isConfigured = true
    var connecting: @Sendable (NewAccount, HostRecord) throws -> Connection = { _, host in
      ScriptedAccounts.connection(host)
    }
    var isNew = true
    var testing: @Sendable (Connection) throws -> String? = { _ in nil }
    var disconnecting: DisconnectedAccount? = .done(pausedLinks: 0)
    var finishing: @Sendable (ReturnedSignIn) throws -> FinishedSignIn = { _ in .unknown }
    var trouble: String?

    var accounts: [NewAccount] = []
    var requests: [IdempotentRequest?] = []
    var pausing: [Bool] = []
    var wishes: [SignInWish] = []
    var redirects: [String] = []
  }

  let state = Mutex(State())

  static func connection(_ host: HostRecord) -> Connection {
    Connection(
      id: ConnectionID("con_new"), organization: host.organization, host: host.id,
      provider: .caldav, name: "Work", url: "https://dav.example", username: "ana",
      state: .connected, createdAt: Timestamp(seconds: 0))
  }

  static let calendar = Calendar(
    id: CalendarID("cal_new"), connection: ConnectionID("con_new"), remoteID: "/ana/work/",
    name: "Work", timeZone: "Europe/Berlin", isWritable: true)

  func connect(
    _ account: NewAccount, for host: HostRecord, request: IdempotentRequest?,
    answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8]
  ) throws -> ConnectedAnswer {
    let (connecting, isNew) = state.withLock { state in
      state.accounts.append(account)
      state.requests.append(request)
      return (state.connecting, state.isNew)
    }
    let connection = try connecting(account, host)
    return ConnectedAnswer(
      connection: connection, calendars: [Self.calendar], isNew: isNew,
      answer: answer(connection, [Self.calendar]))
  }

  func test(_ connection: Connection) throws -> TestedAccount {
    let trouble = try state.withLock { $0.testing }(connection)
    return TestedAccount(
      connection: connection, calendars: [Self.calendar], trouble: trouble, jobsWoken: 2)
  }

  func disconnect(
    _ connection: ConnectionID, of organization: OrganizationID, host: HostID?, pausingLinks: Bool
  ) throws -> DisconnectedAccount? {
    state.withLock { state in
      state.pausing.append(pausingLinks)
      return state.disconnecting
    }
  }

  func trouble(of connection: ConnectionID) throws -> String? { state.withLock { $0.trouble } }

  func canSignIn(at provider: Connection.Provider) -> Bool { state.withLock { $0.isConfigured } }

  func signInOrigin(at provider: Connection.Provider) -> String { "https://accounts.example" }

  func purposes(at provider: Connection.Provider) -> [String] { ["to see when you are busy"] }

  func beginSignIn(_ wish: SignInWish, redirect: String) throws -> BegunSignIn {
    state.withLock { state in
      state.wishes.append(wish)
      state.redirects.append(redirect)
    }
    return BegunSignIn(
      address: "https://accounts.example/auth?state=s1",
      cookie: ("bookend_sign_in_x", Redacted("secret-of-the-browser")), lifetime: .minutes(10))
  }

  func finishSignIn(_ returned: ReturnedSignIn, redirect: String) throws -> FinishedSignIn {
    let finishing = state.withLock { state in
      state.redirects.append(redirect)
      return state.finishing
    }
    return try finishing(returned)
  }
}
