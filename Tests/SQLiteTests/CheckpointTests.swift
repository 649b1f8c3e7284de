import Core
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

/// The write-ahead log is copied back and starts anew, whatever goes on around it.
struct CheckpointTests {
  /// Copied back at 64 pages; a commit here writes some four.
  private static func notes() throws -> Notes {
    var options = Database.Options()
    options.checkpointPages = 64
    return try Notes(options: options)
  }

  private static let text = String(repeating: "n", count: 1000)

  private static func write(_ count: Int, to notes: Notes, from start: Int = 0) throws {
    for number in start..<(start + count) {
      try notes.writer.perform { try $0.connection.insert("\(number) \(text)") }
    }
  }

  private func pages(_ notes: Notes) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: notes.path + "-wal")
    return (attributes?[.size] as? Int ?? 0) / 4120
  }

  @Test func theLogStaysSmallWhileWritesGoOn() throws {
    let notes = try Self.notes()
    try Self.write(1000, to: notes)
    #expect(pages(notes) < 64 * 32)
    #expect(try notes.texts().count == 1000)
  }

  @Test func theLogStaysSmallWhileOthersReadAllTheTime() throws {
    let notes = try Self.notes()
    try Self.write(100, to: notes)
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
    try Self.write(1200, to: notes, from: 100)
    isOver.store(true, ordering: .releasing)
    ended.wait()
    #expect(reads.load(ordering: .relaxed) > 10)
    #expect(pages(notes) < 64 * 32, "\(pages(notes)) pages")
  }

  /// While somebody reads an old snapshot the log must grow; afterwards it starts anew.
  @Test func aLongReaderHoldsUpNobody() throws {
    let notes = try Self.notes()
    try Self.write(10, to: notes)
    let before = try notes.database.readers.read { connection in
      let before = try connection.texts().count
      try Self.write(300, to: notes, from: 10)
      return [before, try connection.texts().count]
    }
    #expect(before == [10, 10])
    let grown = pages(notes)
    #expect(grown > 64 * 4)
    try Self.write(1000, to: notes, from: 310)
    #expect(pages(notes) <= grown + 64 * 32)
    #expect(try notes.texts().count == 1310)
  }

  @Test func whatWasCopiedBackIsWholeOnceClosed() throws {
    let notes = try Self.notes()
    try Self.write(500, to: notes)
    notes.database.close()
    // What the database file alone holds, without its log.
    let alone = notes.folder.file("alone.db")
    try FileManager.default.copyItem(atPath: notes.path, toPath: alone)
    let copy = try SQLiteConnection(path: alone, access: .readWrite, busyTimeout: .zero)
    #expect(try copy.first("PRAGMA quick_check") { $0.string(0) } == "ok")
    #expect(try copy.texts().count > 400)
  }
}
