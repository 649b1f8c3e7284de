import Core
import SQLite
import Synchronization
import TestSupport
import Testing

/// Random units with random failures against a set: what the answers claim is what the file holds.
struct WriterModelTests {
  private struct Oops: Error {}

  @Test(arguments: 1...40)
  func answersTellTheTruth(seed: UInt64) throws {
    let randomness = Randomness(seed: seed)
    var options = Database.Options()
    options.writer.batchLimit = 1 + Int(randomness.next() % 8)
    options.checkpointPages = 16
    let notes = try Notes(options: options)
    let answers = Answers(60)
    for number in 0..<60 {
      submit(number, Int(randomness.next() % 12), to: notes.writer, answers)
      // Now and then the writer catches up, so that batches are of all sizes.
      if randomness.next() % 5 == 0 { _ = try? notes.writer.perform { _ in } }
    }
    try answers.wait()

    let kept = try notes.texts()
    #expect(answers.order == (0..<60).map { "\($0)" }, "seed \(seed): order of arrival")
    #expect(answers.succeeded == kept, "seed \(seed): told and kept")
    for name in answers.order where answers.failure(name) == nil {
      #expect(!kept.contains("second half of \(name)"), "seed \(seed)")
    }
  }

  private func submit(
    _ number: Int, _ fate: Int, to writer: GroupCommitWriter, _ answers: Answers
  ) {
    writer.insert("\(number)", telling: answers) { transaction in
      let connection = transaction.connection
      switch fate {
      case 0: throw Oops()
      case 1: try connection.insert("forbidden")
      case 2:
        try connection.insert("second half of \(number)")
        throw Oops()
      case 3: try connection.execute("ROLLBACK")
      case 4: try connection.insert("owed by \(number)", answering: 1_000_000)
      case 5:
        // A savepoint of its own that it forgets to release.
        try connection.execute("SAVEPOINT own")
      default: break
      }
    }
  }
}
