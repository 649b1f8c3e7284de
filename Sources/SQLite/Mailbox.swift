/// What waits for the writer.
struct Mailbox {
  var units: [any Unit] = []
  var wantsCheckpoint = false
  var isClosed = false
  /// A drain is running or about to: whoever adds something need not start one.
  private var isDraining = false

  /// True for the one caller that has to start a drain.
  mutating func claimDrain() -> Bool {
    defer { isDraining = true }
    return !isDraining
  }

  /// What the drain does next, or nil, after which it must end: the next caller starts another.
  mutating func next(limit: Int) -> (units: [any Unit], wantsCheckpoint: Bool)? {
    if units.isEmpty && !wantsCheckpoint {
      isDraining = false
      return nil
    }
    defer { wantsCheckpoint = false }
    return (take(limit), wantsCheckpoint)
  }

  /// Up to `limit` units in order of arrival.
  mutating func take(_ limit: Int) -> [any Unit] {
    if units.count <= limit {
      defer { units = [] }
      return units
    }
    defer { units.removeFirst(limit) }
    return Array(units.prefix(limit))
  }

  /// Units that had not begun when their transaction was lost go first in the next one.
  mutating func putBack(_ unbegun: ArraySlice<any Unit>) {
    units.insert(contentsOf: unbegun, at: 0)
  }
}
