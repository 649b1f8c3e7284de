import Core
import Queue

// Queues, lanes and actions as operators see them, by HTTP and by command alike.

extension QueueStanding: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("name", name)
      $0.field("kinds", kinds.map(\.rawValue))
      $0.object("counts") { writer in
        for state in JobState.allCases { writer.field(state.rawValue, counts[state] ?? 0) }
      }
      $0.field("oldestReadyAt", oldestReadyAt)
      $0.field("finishedLastMinute", finishedLastMinute)
      $0.field("pauses", pauses)
    }
  }
}

extension Pause: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("scope", scope.rawValue)
      $0.field("name", name)
      $0.field("by", by)
      $0.field("at", at)
    }
  }
}

extension LaneStanding: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("id", lane.id.rawValue)
      $0.field("concurrency", policy.concurrency)
      $0.field("ratePerSecond", policy.ratePerSecond)
      $0.field("admitted", lane.admitted)
      $0.field("waiting", lane.waiting)
      $0.field("parked", parked)
      $0.field("breaker", lane.breaker.rawValue)
      $0.field("failures", lane.failures)
      $0.field("openUntil", lane.openUntil)
      $0.field("notBefore", lane.notBefore)
      $0.field("reason", lane.reason)
      $0.field("waitingFor", obstacle)
    }
  }
}

extension ActionRecord: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("id", id.description)
      $0.field("verb", verb)
      $0.field("by", by)
      $0.field("at", at)
      $0.field("jobs", jobs)
      $0.field("underWay", isUnderWay)
      $0.field("undoneBy", undoneBy)
      $0.field("undoneAt", undoneAt)
    }
  }

  var json: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}

extension Undoing: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("putBack", putBack)
      $0.field("underWay", isUnderWay)
    }
  }
}

extension ActionForecast: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("dryRun", true)
      $0.field("jobs", jobs)
      $0.object("kinds") { writer in
        for (kind, count) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          writer.field(kind.rawValue, count)
        }
      }
      $0.object("lanes") { writer in
        for (lane, count) in lanes.sorted(by: { $0.key < $1.key }) {
          writer.field(lane.rawValue, count)
        }
      }
      $0.field("heldBySequence", heldBySequence)
      $0.field("refused", refusedCount)
      $0.array("refusals", refused.sorted { $0.key < $1.key }) { writer, refusal in
        writer.object {
          $0.field("job", refusal.key.description)
          $0.field("reason", refusal.value.words)
        }
      }
      $0.field("earliestStart", earliestStart)
      $0.field("estimatedEnd", estimatedEnd)
    }
  }

  var json: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}

extension EffectRecord: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("key", effect.key)
      $0.field("state", effect.state.rawValue)
      $0.field("intendedAt", intendedAt)
      $0.field("knownAt", knownAt)
    }
  }
}
