import Core
import Queue

extension JobRecord {
  /// The members of a job as operators see it, by HTTP and by command alike; `attempts` and `effects` where
  /// the job is shown by itself. `masked`: of the payload nothing but what names things.
  package func write(
    to writer: inout JSONWriter, now: Timestamp, attempts: [AttemptRecord]? = nil,
    effects: [EffectRecord]? = nil, masked: Bool = false
  ) {
    writer.field("id", id.description)
    writer.field("kind", kind.rawValue)
    writer.field("queue", queue)
    writer.field("priority", priority)
    writer.field("state", stateInWords(now: now))
    // What is stored is JSON; should it not be, its text is what an operator wants to see.
    let parsed = (try? JSON.parse(Array(payload.utf8))) ?? .string(payload)
    writer.field("payload", masked ? parsed.masked : parsed)
    writer.field("sequence", sequence)
    writer.field("lane", lane?.rawValue)
    writer.field("verdict", verdict?.rawValue)
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
    if let attempts { writer.field("attempts", attempts) }
    if let effects { writer.field("effects", effects) }
  }
}

extension JSON {
  /// What names things: everything else of a payload may be a guest's words.
  private static let names: Set<String> = [
    "version", "bookingId", "linkId", "revision", "message", "recipient",
  ]

  fileprivate var masked: JSON {
    guard let object else { return .string("…") }
    return .object(
      JSONObject(object.members.map { ($0.0, JSON.names.contains($0.0) ? $0.1 : .string("…")) }))
  }
}

/// One claim and what became of it.
extension AttemptRecord: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("attempt", attempt)
      $0.field("startedAt", startedAt)
      $0.field("endedAt", endedAt)
      $0.field("outcome", outcome)
      $0.field("error", error)
    }
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
