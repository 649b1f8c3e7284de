import Core
import SQLite
import Synchronization
import TestSupport
import Testing

struct ReadersTests {
  let notes: Notes

  init() throws { notes = try Notes() }

  @Test func aReadSeesOneMoment() throws {
    try notes.writer.perform { try $0.connection.insert("before") }
    let (writer, readers) = (notes.writer, notes.database.readers)
    let seen = try readers.read { connection in
      let first = try connection.texts()
      try writer.perform { try $0.connection.insert("meanwhile") }
      let another = try readers.read { try $0.texts() }
      return [first, try connection.texts(), another]
    }
    #expect(seen == [["before"], ["before"], ["before", "meanwhile"]])
    #expect(try notes.texts() == ["before", "meanwhile"])
  }

  @Test func aReaderCannotWrite() throws {
    let error = #expect(throws: SQLiteError.self) {
      try notes.database.readers.read { try $0.insert("no") }
    }
    #expect(error?.kind == .readOnly)
    #expect(try notes.texts() == [])
  }

  @Test func aReadThatThrewLeavesItsSeatFree() throws {
    struct Oops: Error {}
    for _ in 0..<20 {
      #expect(throws: Oops.self) {
        try notes.database.readers.read { connection in
          _ = try connection.texts()
          throw Oops()
        }
      }
    }
    try notes.writer.perform { try $0.connection.insert("after") }
    #expect(try notes.texts() == ["after"])
  }

  @Test func noMoreReadAtOnceThanThereAreSeats() throws {
    var options = Database.Options()
    options.readers = 2
    let narrow = try Notes(options: options)
    let reading = Mutex((now: 0, most: 0))
    let readers = narrow.database.readers
    let failures = Mutex(0)
    inThreads(8) { _ in
      for _ in 0..<50 {
        do {
          try readers.read { connection in
            reading.withLock {
              $0.now += 1
              $0.most = max($0.most, $0.now)
            }
            _ = try connection.texts()
            reading.withLock { $0.now -= 1 }
          }
        } catch {
          failures.withLock { $0 += 1 }
        }
      }
    }
    #expect(reading.withLock { $0.most } <= 2)
    #expect(failures.withLock { $0 } == 0)
  }
}
