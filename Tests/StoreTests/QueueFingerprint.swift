import Core
import Queue

@testable import Store

// All that matters of a queue in one text, made by SQLite and by the model alike: it is compared after every
// step of ten thousand histories.

extension Store {
  func fingerprint() throws -> String {
    try ask { connection in
      try connection.first(
        """
        SELECT (SELECT coalesce(group_concat(line, char(10)), '') FROM (
            SELECT id || ' ' || kind || ' ' || state || ' ' || coalesce(waits_for, '-') || ' '
              || admitted || ' ' || coalesce(verdict, '-') || ' ' || run_at || ' ' || attempt || '/'
              || max_attempts || ' ' || fence || ' ' || deaths || ' '
              || coalesce(lease_until, '-') || ' ' || coalesce(finished_at, '-') || ' '
              || coalesce(error_class, '-') || ' ' || coalesce(reason, '-') AS line
            FROM jobs ORDER BY id))
          || char(10) || (SELECT coalesce(group_concat(line, char(10)), '') FROM (
            SELECT id || ' ' || admitted || ' ' || waiting || ' ' || breaker || ' ' || failures || ' '
              || coalesce(not_before, '-') || ' ' || coalesce(open_until, '-') || ' '
              || coalesce(wake_at, '-') || ' ' || coalesce(first_rank, '-') AS line
            FROM lanes ORDER BY id))
        """
      ) { $0.string(0) } ?? ""
    }
  }
}

extension QueueModel {
  func fingerprint() -> String {
    let jobs = inOrder.map { job in
      let wait = job.waitsFor == .sequence ? "sequence" : job.waitsFor == .lane ? "lane" : "-"
      return "\(job.id.number) \(job.kind.rawValue) \(job.state.rawValue) \(wait) "
        + "\(job.isAdmitted ? 1 : 0) \(job.verdict?.rawValue ?? "-") \(job.runAt.milliseconds) "
        + "\(job.attempt)/\(job.maxAttempts) \(job.fence) \(job.deaths) \(text(job.leaseUntil)) "
        + "\(text(job.finishedAt)) \(job.error?.kind.rawValue ?? "-") \(job.reason ?? "-")"
    }
    let lanes = lanes.values.sorted { $0.id < $1.id }.map { lane in
      "\(lane.id) \(lane.admitted) \(lane.waiting) \(lane.breaker.rawValue) \(lane.failures) "
        + "\(text(lane.notBefore)) \(text(lane.openUntil)) \(text(wakes[lane.id])) "
        + (firstRanks[lane.id].map { "\($0)" } ?? "-")
    }
    return jobs.joined(separator: "\n") + "\n" + lanes.joined(separator: "\n")
  }

  private func text(_ time: Timestamp?) -> String { time.map { "\($0.milliseconds)" } ?? "-" }

  /// What holds at any moment, whatever has happened.
  func checkPromises() throws {
    for job in inOrder where job.state == .executing || job.isReady {
      if isHeld(job) { throw Difference("\(job.id) has overtaken one of its sequence") }
    }
    for (id, lane) in lanes {
      let admitted = inOrder.filter { $0.lane == id && $0.isAdmitted }
      if admitted.count != lane.admitted || lane.admitted > (limits(id)?.concurrency ?? 0) {
        throw Difference("\(id) lets \(admitted.count) through and counts \(lane.admitted)")
      }
    }
  }
}
