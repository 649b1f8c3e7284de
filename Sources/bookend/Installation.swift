import Core
import Crypto
import Foundation
import Queue
import SQLite
import Store
import Workers

/// What the server and every command share: the data folder, the database and the definitions, opened and
/// checked.
struct Installation: Sendable {
  let configuration: Configuration
  let folder: DataFolder
  let definitions: JobDefinitions
  let zones: ZoneDatabase
  let store: Store
  let keys: SealingKeys
  let time: any TimeSource
  let randomness: Randomness

  /// The kinds that this program has handlers for; `jobs/` must define these and no others.
  static let kinds: [JobKind] = [
    .booking, .reschedule, .cancel, .invitation, .follow, .observe, .prune, .reconcile, .poll,
  ]

  init(_ configuration: Configuration) throws {
    self.configuration = configuration
    definitions = try JobDefinitions.load(
      directory: configuration.jobs.directory, handlers: Installation.kinds)
    zones = ZoneDatabase(directory: configuration.time.zoneinfoDirectory)
    time = configuration.time.wallClock.map { ShiftedTime(start: $0) } ?? SystemTime()
    randomness = Randomness()
    folder = try DataFolder(configuration.data.directory)
    let keyFile = configuration.secrets.keyFile
    keys = try SealingKeys(path: keyFile.isEmpty ? try folder.sealingKeyFile() : keyFile)
    let database = try Database(
      path: folder.database, migrator: schema, time: time,
      options: Database.Options(configuration.database))
    store = try Store(
      database: database, lockDirectory: folder.locks,
      bootID: base32hex(randomness.bytes(10)), randomness: randomness,
      policy: { [definitions] in definitions.definition(of: $0)?.enqueuePolicy ?? .unknown },
      lanePolicy: { configuration.lanes.policy(of: $0) },
      lastWords: { kind, booking, lane in
        guard let record = UnheardJob.record(of: kind, booking, lane: lane),
          let settlement = record.settlement
        else { return nil }
        return (settlement, record.followUps)
      })
  }

  /// Runs a command's body and closes the database whatever it does.
  static func with<Value>(
    _ configuration: Configuration, _ body: (Installation) throws -> Value
  ) throws -> Value {
    let installation = try Installation(configuration)
    defer { installation.store.close() }
    return try body(installation)
  }
}

extension Configuration.Database.Synchronous {
  var durability: Durability.Synchronous {
    switch self {
    case .full: .full
    case .extra: .extra
    }
  }
}

extension Database.Options {
  fileprivate init(_ settings: Configuration.Database) {
    self.init()
    busyTimeout = settings.busyTimeout
    readers = settings.readers
    checkpointPages = settings.checkpointPages
    synchronous = settings.synchronous.durability
    writer.mailboxLimit = settings.mailboxUnits
    writer.batchLimit = settings.batchUnits
  }
}
