import Core
import Queue
import SQLite

// Finding jobs. Which index is walked over depends on what is asked for, and SQLite is not left to guess: of
// millions of jobs nearly all have ended well, so that whoever asks for others would be looked for among them.
// So each question goes to an index that holds little besides its answer; those of the unusual jobs cost
// nothing where jobs end well. See `Store+SearchStatements.swift`.

extension Store {
  /// The newest `query.limit` jobs that fit, newest first.
  func jobIDs(_ query: JobQuery, _ connection: SQLiteConnection) throws -> [JobID] {
    guard let filter = try JobFilter(query, self, connection) else { return [] }
    if !query.states.isEmpty, !query.states.contains(.completed) {
      return try unusual(query, filter, connection)
    }
    if let error = query.error { return try failed(error, filter, connection) }
    if let lane = query.lane { return try jobs(in: lane, filter, connection) }
    if let organization = query.organization {
      return try merged(kinds(filter, connection), filter) {
        try jobs(of: organization, $0, filter, connection)
      }
    }
    guard let kinds = filter.kinds else { return try newest(filter, connection) }
    return try merged(organizations(filter, connection), filter) { organization in
      try merged(kinds, filter) { try jobs(of: organization, $0, filter, connection) }
    }
  }

  /// A calendar account's jobs are one organization's. The mail server's are everybody's.
  private func jobs(
    in lane: LaneID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let owner = try owner(of: lane, connection)
    if let organization = filter.organization {
      if owner == nil { return try jobs(of: organization, inShared: lane, filter, connection) }
      if owner != organization { return [] }
    }
    guard let kinds = filter.kinds else { return try jobs(in: lane, nil, filter, connection) }
    return try merged(kinds, filter) { try jobs(in: lane, $0, filter, connection) }
  }

  /// Where it is the only organization, or a large one, a page of its jobs is among the lane's newest. Else
  /// they would be looked for among all the others', and are found among its own of those kinds.
  private func jobs(
    of organization: String, inShared lane: LaneID, _ filter: JobFilter,
    _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let newest = try newestJobs(in: lane, filter, connection)
    if newest.count == filter.limit { return newest }
    let kinds = try kinds(in: lane, connection).filter { filter.kinds?.contains($0) ?? true }
    return try merged(kinds, filter) { try jobs(of: organization, $0, filter, connection) }
  }

  /// Those that have not ended well: few, each found where its like are. Only of those that are on their way
  /// there may be many, and of those whoever asks wants many.
  private func unusual(
    _ query: JobQuery, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let found = try query.states.flatMap { state -> [JobID] in
      switch state {
      case .available: try available(filter, connection)
      case .executing: try executing(filter, connection)
      case .parked:
        try aside(state, filter, connection) + behindBrokenLanes(query, filter, connection)
      case .awaitingApproval: try aside(state, filter, connection)
      case .cancelled, .discarded:
        if let error = query.error {
          try failed(error, filter, connection)
        } else {
          try aside(state, filter, connection)
        }
      case .completed: []
      }
    }
    return Array(Set(found).sorted(by: >).prefix(filter.limit))
  }

  private func aside(
    _ state: JobState, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    if let lane = filter.lane { return try aside(state, in: lane, filter, connection) }
    let kinds = try kinds(filter, connection)
    return try merged(organizations(filter, connection), filter) { organization in
      try merged(kinds, filter) { try aside(state, of: organization, $0, filter, connection) }
    }
  }

  /// Available jobs count as parked where their lane's breaker is not closed. What waits for such lanes is
  /// looked through as a whole, unless it is so much that a page of it is soon met among all that live.
  private func behindBrokenLanes(
    _ query: JobQuery, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    if query.states.contains(.available) { return [] }
    let waiting = try waitingForBrokenLanes(connection)
    return waiting > Store.fewWaiting
      ? try parkedAmongAvailable(filter, connection) : try waitingForBrokenLanes(filter, connection)
  }

  /// Some milliseconds' work.
  private static let fewWaiting = 20_000

  private func failed(
    _ error: ErrorClass, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    if let lane = filter.lane { return try failed(error, in: lane, filter, connection) }
    let kinds = try kinds(filter, connection)
    return try merged(organizations(filter, connection), filter) { organization in
      try merged(kinds, filter) { try failed(error, of: organization, $0, filter, connection) }
    }
  }

  // MARK: - Ranges

  /// The newest of what is found in several ranges, each newest first.
  func merged<Range>(
    _ ranges: [Range], _ filter: JobFilter, _ find: (Range) throws -> [JobID]
  ) rethrows -> [JobID] {
    if ranges.count == 1 { return try find(ranges[0]) }
    return Array(try ranges.flatMap(find).sorted(by: >).prefix(filter.limit))
  }

  private func kinds(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobKind] {
    try filter.kinds ?? counted(connection).map(\.key.kind).removingRepeats()
  }

  /// The server's own chores are nobody's.
  private func organizations(
    _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [String?] {
    if let organization = filter.organization { return [organization] }
    return try [nil] + connection.all("SELECT id FROM organizations ORDER BY id") { $0.string(0) }
  }

  private func owner(of lane: LaneID, _ connection: SQLiteConnection) throws -> String? {
    try connection.first("SELECT organization_id FROM connections WHERE id = :id") {
      $0.bind(":id", lane.rawValue)
    } read: {
      $0.string(0)
    }
  }

  /// The lowest id that was enqueued at `time` or later; one more than the highest where there is none. Ids
  /// rise with time, so a few steps find it without an index.
  func firstJob(since time: Timestamp, _ connection: SQLiteConnection) throws -> Int64 {
    var low: Int64 = 1
    var high = try connection.first("SELECT max(id) FROM jobs") { $0.int64(0) } ?? 0
    high += 1
    while low < high {
      let middle = low + (high - low) / 2
      // The first row from the middle on: some in between may have been pruned.
      let row = try connection.first(
        "SELECT id, enqueued_at FROM jobs WHERE id >= :id ORDER BY id LIMIT 1"
      ) {
        $0.bind(":id", middle)
      } read: {
        (id: $0.int64(0), enqueuedAt: $0.timestamp(1))
      }
      guard let row, row.id < high else {
        high = middle
        continue
      }
      if row.enqueuedAt >= time { high = middle } else { low = row.id + 1 }
    }
    return low
  }
}

extension Array where Element: Hashable {
  func removingRepeats() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
