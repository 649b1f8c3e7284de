import Core
import Queue

/// The rows of lanes that are known.
struct LaneMemory {
  private var rows: [LaneID: LaneRow] = [:]
  /// Those that have changed since the last commit.
  private(set) var unwritten: [LaneRow] = []
  /// The lanes that stand in the claim's queue, each with the rank of its first job; nil before they were read.
  private var open: [LaneID: Int64]?

  subscript(id: LaneID) -> LaneRow? { rows[id] }

  /// As the database has it.
  mutating func add(_ row: LaneRow) { rows[row.lane.id] = row }

  /// It is about to change.
  mutating func note(_ row: LaneRow) {
    if row.isUnwritten { return }
    row.isUnwritten = true
    unwritten.append(row)
  }

  mutating func takeUnwritten() -> [LaneRow] {
    defer { unwritten.removeAll(keepingCapacity: true) }
    return unwritten
  }

  var openLanes: [LaneID: Int64]? { open }

  /// `stored` is what the database says, which those know better that have changed since.
  mutating func setOpenLanes(_ stored: [LaneID: Int64]) {
    open = stored
    for row in unwritten { setRank(of: row) }
  }

  mutating func setRank(of row: LaneRow) {
    if open != nil { open?[row.lane.id] = row.firstRank }
  }
}
