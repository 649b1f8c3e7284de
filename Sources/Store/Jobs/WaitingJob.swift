import Core
import Queue
import SQLite

/// A job that is available and about to be given its place.
struct WaitingJob {
  let id: JobID
  let kind: JobKind
  let lane: LaneID?
  let runAt: Timestamp

  init(id: JobID, kind: JobKind, lane: LaneID?, runAt: Timestamp) {
    self.id = id
    self.kind = kind
    self.lane = lane
    self.runAt = runAt
  }

  /// From `id, kind, lane, run_at`.
  init(row: Row) {
    id = JobID(number: row.int64(0))
    kind = JobKind(rawValue: row.string(1))
    lane = row.optionalString(2).map(LaneID.init(rawValue:))
    runAt = row.timestamp(3)
  }
}
