import Core
import Queue

extension JobRecord {
  /// The members of a job as operators see it.
  func write(to writer: inout JSONWriter, now: Timestamp) {
    writer.field("id", id.description)
    writer.field("kind", kind.rawValue)
    writer.field("queue", queue)
    writer.field("priority", priority)
    writer.field("state", stateInWords(now: now))
    // What is stored is JSON; should it not be, its text is what an operator wants to see.
    writer.field("payload", (try? JSON.parse(Array(payload.utf8))) ?? .string(payload))
    writer.field("sequence", sequence)
    writer.field("attempt", attempt)
    writer.field("maxAttempts", maxAttempts)
    writer.field("runAt", runAt)
    writer.field("deadline", deadline)
    writer.field("enqueuedAt", enqueuedAt)
    writer.field("startedAt", startedAt)
    writer.field("finishedAt", finishedAt)
    writer.field("reason", reason)
    writer.field("error", error)
    writer.field("waitingFor", waitingFor(now: now))
  }
}

extension AttemptRecord {
  /// The members of one claim and what became of it.
  func write(to writer: inout JSONWriter) {
    writer.field("attempt", attempt)
    writer.field("startedAt", startedAt)
    writer.field("endedAt", endedAt)
    writer.field("outcome", outcome)
    writer.field("error", error)
  }
}

extension JobError: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("class", kind.rawValue)
      $0.field("message", message)
    }
  }
}
