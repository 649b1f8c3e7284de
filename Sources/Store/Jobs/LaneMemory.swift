import Core
import Queue

/// The rows of lanes that are known.
struct LaneMemory {
  private var rows: [LaneID: LaneRow] = [:]
  private var unwritten: Set<LaneID> = []
  /// The lanes that stand in the claim's queue, each with the rank of its first job; nil before they were read.
  private var open: [LaneID: Int64]?

  subscript(id: LaneID) -> LaneRow? { rows[id] }

  /// As the database has it.
  mutating func add(_ row: LaneRow) { rows[row.lane.id] = row }

  mutating func change(_ row: LaneRow) {
    let id = row.lane.id
    rows[id] = row
    unwritten.insert(id)
    if open != nil { open?[id] = row.firstRank }
  }

  /// Those that have changed since the last commit.
  var changed: [LaneRow] { unwritten.compactMap { rows[$0] } }

  /// Whether the row in the database is not the latest.
  func isUnwritten(_ id: LaneID) -> Bool { unwritten.contains(id) }

  /// They are written now.
  mutating func takeUnwritten() -> [LaneRow] {
    let taken = changed
    for row in taken { rows[row.lane.id] = row.written }
    unwritten.removeAll(keepingCapacity: true)
    return taken
  }

  var openLanes: [LaneID: Int64]? { open }

  /// `stored` is what the database says, which those know better that have changed since.
  mutating func setOpenLanes(_ stored: [LaneID: Int64]) {
    open = stored
    for row in changed { open?[row.lane.id] = row.firstRank }
  }
}
