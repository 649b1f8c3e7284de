import Core
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

/// The write-ahead log is copied back and begins anew, whatever goes on around it. How soon depends on the
/// machine; that it does, again and again, does not.
final class CheckpointTests {
  private let notes: Notes
  private let written = Atomic(0)

  /// Copied back at 64 pages; a commit here writes some four.
  init() throws {
    var options = Database.Options()
    options.checkpointPages = 64
    notes = try Notes(options: options)
  }

  private static let text = String(repeating: "n", count: 1000)

  /// Many times what it takes, so that a busy machine does not fail the test.
  private static let patience = 4000

  private func write(_ count: Int) throws {
    for _ in 0..<count {
      let number = written.wrappingAdd(1, ordering: .relaxed).newValue
      try notes.writer.perform { try $0.connection.insert("\(number) \(Self.text)") }
    }
  }

  /// Writes until the log has begun anew so many times, or for too long; returns how many times it has.
  private func write(untilTheLogBeginsAnew times: Int) throws -> Int {
    var beginnings = 0
    var salt = WALFile.salt(of: notes.path)
    for _ in 0..<Self.patience where beginnings < times {
      try write(1)
      let now = WALFile.salt(of: notes.path)
      if now != salt { beginnings += 1 }
      salt = now
    }
    return beginnings
  }

  @Test func theLogBeginsAnewWhileWritesGoOn() throws {
    #expect(try write(untilTheLogBeginsAnew: 10) == 10)
    #expect(try notes.texts().count == written.load(ordering: .relaxed))
  }

  @Test func theLogBeginsAnewWhileOthersReadAllTheTime() throws {
    try write(300)
    let readers = notes.database.readers
    let isOver = Atomic(false)
    let reads = Atomic(0)
    let ended = DispatchGroup()
    for _ in 0..<3 {
      ended.enter()
      inThread {
        while !isOver.load(ordering: .acquiring) {
          _ = try? readers.read { connection in
            try connection.all("SELECT text FROM notes ORDER BY id DESC LIMIT 200") { $0.string(0) }
          }
          reads.wrappingAdd(1, ordering: .relaxed)
        }
        ended.leave()
      }
    }
    let beginnings = Outcome<Int>()
    beginnings.keep { try write(untilTheLogBeginsAnew: 5) }
    isOver.store(true, ordering: .releasing)
    ended.wait()
    #expect(try beginnings.get() == 5)
    #expect(reads.load(ordering: .relaxed) > 10)
  }

  /// While somebody reads an old snapshot the log must grow; afterwards it begins anew.
  @Test func aLongReaderHoldsUpNobody() throws {
    try write(10)
    let salt = WALFile.salt(of: notes.path)
    let seen = try notes.database.readers.read { connection in
      let before = try connection.texts().count
      try write(300)
      return [before, try connection.texts().count]
    }
    #expect(seen == [10, 10])
    #expect(WALFile.salt(of: notes.path) == salt)
    #expect(try write(untilTheLogBeginsAnew: 2) == 2)
    #expect(try notes.texts().count == written.load(ordering: .relaxed))
  }

  @Test func whatWasCopiedBackIsWholeOnceClosed() throws {
    #expect(try write(untilTheLogBeginsAnew: 1) == 1)
    notes.database.close()
    // What the database file alone holds, without its log.
    let alone = notes.folder.file("alone.db")
    try FileManager.default.copyItem(atPath: notes.path, toPath: alone)
    let copy = try SQLiteConnection(path: alone, access: .readWrite, busyTimeout: .zero)
    #expect(try copy.first("PRAGMA quick_check") { $0.string(0) } == "ok")
    // All but the commit that began it.
    #expect(try copy.texts().count >= written.load(ordering: .relaxed) - 1)
  }
}
