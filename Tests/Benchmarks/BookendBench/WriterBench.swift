import Core
import Foundation
import SQLite

private let migrator = Migrator(
  applicationID: 0x42_4E_43_48,
  migrations: [
    Migration(
      version: 1, name: "bench",
      sql: """
        CREATE TABLE units(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL,
          run_at INTEGER NOT NULL, state TEXT NOT NULL) STRICT
        """)
  ])

private let payload = String(repeating: "p", count: 120)

private func insert(_ connection: SQLiteConnection, _ number: Int) throws {
  try connection.run(
    "INSERT INTO units(kind, payload, run_at, state) VALUES (:kind, :payload, :runAt, :state)"
  ) {
    $0.bind(":kind", "booking")
    $0.bind(":payload", payload)
    $0.bind(":runAt", number)
    $0.bind(":state", "available")
  }
}

func measureWriter(callers: Int, seconds: Double, path: String) throws {
  let database = try Database(path: path, migrator: migrator, time: SystemTime())
  let samples = Samples()
  let begin = nanoseconds()
  let end = begin + UInt64(seconds * 1e9)
  inThreads(callers) { _ in
    var latencies: [UInt64] = []
    var now = nanoseconds()
    while now < end {
      let started = now
      do {
        try database.writer.perform { try insert($0.connection, 1) }
      } catch {
        fatalError("\(error)")
      }
      now = nanoseconds()
      latencies.append(now - started)
    }
    samples.add(latencies)
  }
  let elapsed = Double(nanoseconds() - begin) / 1e9
  report(
    "writer",
    [
      "callers": Double(callers), "unitsPerSecond": Double(samples.count) / elapsed,
      "p50Microseconds": samples.percentile(0.5),
      "p99Microseconds": samples.percentile(0.99),
    ])
  database.close()
}

func measureRaw(batch: Int, seconds: Double, path: String) throws {
  let connection = try SQLiteConnection(
    path: path, access: .readWrite, busyTimeout: .seconds(5))
  try connection.useWriteAheadLog()
  try migrator.migrate(connection)
  let begin = nanoseconds()
  let end = begin + UInt64(seconds * 1e9)
  var units = 0
  while nanoseconds() < end {
    try connection.run("BEGIN IMMEDIATE")
    for _ in 0..<batch { try insert(connection, units) }
    try connection.run("COMMIT")
    units += batch
  }
  let elapsed = Double(nanoseconds() - begin) / 1e9
  report("raw", ["batch": Double(batch), "unitsPerSecond": Double(units) / elapsed])
}
