import Core
import Foundation
import SQLite
import TestSupport
import Testing

/// What was answered survives the process.
struct CrashTests {
  /// The files as they are right after an answer, opened as the next process would.
  @Test func whatWasAnsweredIsInTheFiles() throws {
    let notes = try Notes()
    let copies = try TemporaryFolder()
    for number in 0..<20 {
      try notes.writer.perform { try $0.connection.insert("\(number)") }
      let copy = copies.file("\(number).db")
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: notes.path + suffix, toPath: copy + suffix)
      }
      let database = try Database(path: copy, migrator: Notes.migrator, time: SystemTime())
      #expect(try database.readers.read { try $0.texts() } == (0...number).map { "\($0)" })
      database.close()
    }
  }

  /// A process with eight busy threads and a checkpointer is killed outright, several times over one file.
  @Test func aKilledProcessLosesNothingThatItAnswered() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("notes.db")
    let diary = folder.file("answered")
    #expect(FileManager.default.createFile(atPath: diary, contents: nil))
    for round in 0..<4 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, diary = diary as String, round = round as Int] in
        try writeUntilKilled(path: path, diary: diary, round: round)
      }
      let answered = try String(contentsOfFile: diary, encoding: .utf8).split(separator: "\n")
      let database = try Database(path: path, migrator: Notes.migrator, time: SystemTime())
      let kept = Set(try database.readers.read { try $0.texts() })
      database.close()
      #expect(answered.count >= 300 * (round + 1))
      #expect(answered.filter { !kept.contains(String($0)) }.isEmpty)
    }
  }
}

/// Each thread writes a note, and once it is answered a line in the diary.
private func writeUntilKilled(path: String, diary: String, round: Int) throws {
  var options = Database.Options()
  options.checkpointPages = 32
  let database = try Database(
    path: path, migrator: Notes.migrator, time: SystemTime(), options: options)
  let descriptor = open(diary, O_WRONLY | O_APPEND)
  let enough = DispatchSemaphore(value: 0)
  for thread in 0..<8 {
    inThread {
      for number in 0... {
        let text = "\(round)-\(thread)-\(number)"
        guard (try? database.writer.perform({ try $0.connection.insert(text) })) != nil else {
          return
        }
        let line = Array("\(text)\n".utf8)
        _ = write(descriptor, line, line.count)
        enough.signal()
      }
    }
  }
  for _ in 0..<(300 + round * 37) { enough.wait() }
  kill(getpid(), SIGKILL)
}
