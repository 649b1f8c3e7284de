import Bookings
import Core
import Foundation
import Intake
import Queue
import SQLite
import Store
import TestSupport

/// A store on a file of its own, with an organization, a host and two calendars, and hands to add more.
final class StoreWorld {
  let folder: TemporaryFolder
  let time = HandTurnedTime()
  let store: Store
  let randomness = Randomness(seed: 1)
  var path: String { folder.file("bookend.db") }

  static let organization = OrganizationID("org_1")
  static let host = LinkHost(id: HostID("hst_1"), name: "Ada", email: "ada@example.com")
  static let calendar = CalendarID("cal_1")
  static let otherCalendar = CalendarID("cal_2")

  init(inMemory: Bool = false) throws {
    folder = try TemporaryFolder(inMemory: inMemory)
    store = try StoreWorld.open(folder, time, bootID: "first")
    try addOrganization(
      StoreWorld.organization, host: StoreWorld.host,
      calendars: [StoreWorld.calendar, StoreWorld.otherCalendar])
  }

  /// On a file that an older program has left, with what was in it.
  init(version: Int, _ fill: (SQLiteConnection) throws -> Void) throws {
    folder = try TemporaryFolder()
    let old = Migrator(
      applicationID: schema.applicationID, migrations: Array(schema.migrations.prefix(version)))
    let connection = try SQLiteConnection(
      path: folder.file("bookend.db"), access: .readWrite, busyTimeout: .zero)
    _ = try old.migrate(connection)
    try fill(connection)
    store = try StoreWorld.open(folder, time, bootID: "first")
  }

  deinit { store.close() }

  /// A second process on the same file, with a lock of its own. `close` is its death: the lock goes, its
  /// row and its jobs stay.
  func openProcess(
    _ bootID: String, _ randomness: Randomness = Randomness(seed: 1)
  ) throws -> Store {
    try StoreWorld.open(folder, time, bootID: bootID, randomness)
  }

  static func open(
    _ folder: TemporaryFolder, _ time: any TimeSource, bootID: String,
    _ randomness: Randomness = Randomness(seed: 1)
  ) throws -> Store {
    try open(folder: folder.path, time, bootID: bootID, randomness)
  }

  static func open(
    folder: String, _ time: any TimeSource, bootID: String,
    _ randomness: Randomness = Randomness(seed: 1),
    lanePolicy: @escaping @Sendable (_ provider: String) -> LanePolicy? = StoreWorld.lanePolicy
  ) throws -> Store {
    var options = Database.Options()
    options.readers = 2
    let database = try Database(
      path: "\(folder)/bookend.db", migrator: schema, time: time, options: options)
    return try Store(
      database: database, lockDirectory: "\(folder)/locks", bootID: bootID,
      randomness: randomness, isWatching: true, policy: policy, lanePolicy: lanePolicy)
  }

  /// A kind's priority is the digit that its name ends with, 1 without one.
  static let policy: @Sendable (JobKind) -> EnqueuePolicy = { kind in
    let priority = kind.rawValue.last?.wholeNumberValue ?? 1
    switch kind {
    case .reschedule:
      return EnqueuePolicy(
        queue: "changes", priority: priority, maxAttempts: 3, supersedes: [.reschedule])
    case .cancel:
      return EnqueuePolicy(
        queue: "changes", priority: priority, maxAttempts: 3, supersedes: [.booking, .reschedule],
        voids: .booking)
    default: return EnqueuePolicy(queue: "bookings", priority: priority, maxAttempts: 3)
    }
  }

  /// Lanes are named for their limits; others have none.
  static let lanePolicy: @Sendable (String) -> LanePolicy? = { name in
    let open = Backoff(base: .seconds(10), factor: 2, cap: .seconds(40), jitter: 0)
    return switch name {
    case "single": LanePolicy(concurrency: 1, open: open)
    case "double": LanePolicy(concurrency: 2, open: open)
    case "rated": LanePolicy(concurrency: 5, ratePerSecond: 1, burst: 2, open: open)
    case "fragile": LanePolicy(concurrency: 2, failuresToOpen: 2, open: open)
    default: nil
    }
  }

  func addOrganization(
    _ id: OrganizationID, host: LinkHost, calendars: [CalendarID]
  ) throws {
    try store.insertOrganization(id, name: "Example")
    try store.insert(
      HostRecord(
        id: host.id, organization: id, name: host.name, email: host.email, timeZone: "UTC"))
    let connection = Connection(
      id: ConnectionID("cnn_\(id)"), organization: id, host: host.id, provider: .local,
      name: "Built in", url: "", username: "", state: .connected, createdAt: time.now())
    try store.insert(
      connection, secret: nil,
      calendars: calendars.map {
        Calendar(
          id: $0, connection: connection.id, remoteID: $0.text, name: "Work", timeZone: "UTC",
          isWritable: true)
      })
  }

  /// Rows as they are in the file, read as another process would.
  func rows<Value>(_ sql: StaticString, read: (Row) -> Value) throws -> [Value] {
    try SQLiteConnection(path: path, access: .readOnly, busyTimeout: .seconds(5))
      .all(sql, read: read)
  }

  /// What somebody with a shell might do to the file.
  func execute(_ sql: String) throws {
    try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .seconds(5)).execute(sql)
  }
}
