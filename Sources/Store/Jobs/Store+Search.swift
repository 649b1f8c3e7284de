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

  /// A calendar account's jobs are one organization's. The mail server's are everybody's: one organization's
  /// would be looked for among all the others', and are found among its own of those kinds.
  private func jobs(
    in lane: LaneID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let owner = try owner(of: lane, connection)
    if let owner, let organization = filter.organization, owner != organization { return [] }
    let kinds = try kinds(filter, connection).filter { try hasJobs(in: lane, $0, connection) }
    return try merged(kinds, filter) { kind in
      if owner == nil, let organization = filter.organization {
        return try jobs(of: organization, kind, filter, connection)
      }
      return try jobs(in: lane, kind, filter, connection)
    }
  }

  /// Those that have not ended well: few, each found where its like are.
  private func unusual(
    _ query: JobQuery, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let live = query.states.contains { !$0.isFinal } ? try unfinished(filter, connection) : []
    let final = query.states.filter(\.isFinal)
    let ended =
      if let error = query.error, !final.isEmpty { try failed(error, filter, connection) } else {
        try merged(final, filter) { try givenUp($0, filter, connection) }
      }
    return Array(Set(live + ended).sorted(by: >).prefix(filter.limit))
  }

  private func givenUp(
    _ state: JobState, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    if let lane = filter.lane { return try givenUp(state, in: lane, filter, connection) }
    let kinds = try kinds(filter, connection)
    return try merged(organizations(filter, connection), filter) { organization in
      try merged(kinds, filter) { try givenUp(state, of: organization, $0, filter, connection) }
    }
  }

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
  private func merged<Range>(
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
