import Core
import Queue
import SQLite

extension Store {
  /// What an action would do to the jobs that fit, and when they would be through; nothing is changed.
  package func forecast(_ action: JobAction, on query: JobQuery) throws -> ActionForecast {
    var forecast = ActionForecast()
    try forEachBite(of: query, for: action.verb) { ids in
      try read { connection in
        for id in ids { try add(id, action, to: &forecast, connection) }
      }
    }
    try estimate(&forecast)
    return forecast
  }

  package func forecast(_ action: JobAction, on id: JobID) throws -> ActionForecast {
    var forecast = ActionForecast()
    try read { try add(id, action, to: &forecast, $0) }
    try estimate(&forecast)
    return forecast
  }

  private func add(
    _ id: JobID, _ action: JobAction, to forecast: inout ActionForecast,
    _ connection: SQLiteConnection
  ) throws {
    do {
      let job = try operated(id, of: action.organization, connection)
      try check(action.verb, job, now: database.time.now(), connection)
      forecast.jobs += 1
      forecast.kinds[job.live.kind, default: 0] += 1
      if let lane = job.live.lane { forecast.lanes[lane, default: 0] += 1 }
      if try isHeld(id, in: job.live.sequence, connection) { forecast.heldBySequence += 1 }
    } catch let refusal as JobActionRefusal {
      forecast.refusedCount += 1
      if forecast.refused.count < ActionForecast.namedRefusals { forecast.refused[id] = refusal }
    }
  }

  /// Each lane by itself, at the pace at which the latest jobs of the same kinds went: the slowest counts.
  private func estimate(_ forecast: inout ActionForecast) throws {
    if forecast.jobs == 0 { return }
    let now = database.time.now()
    let work = try read { connection in
      let pace = try forecast.kinds.map { kind, count in
        try meanDuration(kind, connection) * count
      }.reduce(.zero, +)
      let each = pace / forecast.jobs
      var starts: [Timestamp] = []
      var ends: [Timestamp] = []
      for (id, count) in forecast.lanes {
        guard let policy = try self.policy(of: id, connection) else { continue }
        var lane =
          try laneRow(id, policy, now: now, connection)?.lane
          ?? Lane(id: id, policy: policy, now: now)
        // A lane that only its owner can open has no time.
        if lane.breaker == .needsOwner { continue }
        var start = now
        if case .later(let time) = lane.room(now: now, policy: policy) { start = time }
        let before = count + lane.waiting + lane.admitted
        let byRate = policy.ratePerSecond.map { Duration.seconds(Double(before) / $0) } ?? .zero
        starts.append(start)
        ends.append(start + max(byRate, each * before / policy.concurrency))
      }
      let free = forecast.jobs - forecast.lanes.values.reduce(0, +)
      if free > 0 {
        starts.append(now)
        ends.append(now + each * free / Self.assumedSeats)
      }
      return (starts.min(), ends.max())
    }
    (forecast.earliestStart, forecast.estimatedEnd) = work
  }

  /// Seats of the process that will run them, which this one need not know.
  private static let assumedSeats = 16

  /// Of the latest that ended well; a tenth of a second where there is none to go by.
  private func meanDuration(_ kind: JobKind, _ connection: SQLiteConnection) throws -> Duration {
    let milliseconds = try connection.first(
      """
      SELECT avg(finished_at - started_at) FROM jobs
      WHERE id > (SELECT max(id) FROM jobs) - :sample AND kind = :kind AND state = 'completed'
      """
    ) {
      $0.bind(":sample", Self.sample)
      $0.bind(":kind", kind.rawValue)
    } read: {
      $0.isNull(0) ? nil : $0.double(0)
    }
    return .milliseconds((milliseconds ?? nil) ?? 100)
  }

  private static let sample = 1000
}
