/// What waits for the writer.
struct Mailbox {
  private var units: [any Unit] = []
  /// Those that run after all others of their commit.
  private var last: [any Unit] = []
  var wantsCheckpoint = false
  var isClosed = false
  /// A drain is running or about to: whoever adds something need not start one.
  private var isDraining = false

  /// True for the one caller that has to start a drain.
  mutating func claimDrain() -> Bool {
    defer { isDraining = true }
    return !isDraining
  }

  var count: Int { units.count + last.count }

  mutating func add(_ unit: any Unit, isLast: Bool) {
    if isLast { last.append(unit) } else { units.append(unit) }
  }

  /// What the drain does next, or nil, after which it must end: the next caller starts another. The first
  /// `units` of a commit, where there is `any` to make.
  mutating func next(limit: Int) -> (units: [any Unit], isAny: Bool, wantsCheckpoint: Bool)? {
    if units.isEmpty && last.isEmpty && !wantsCheckpoint {
      isDraining = false
      return nil
    }
    defer { wantsCheckpoint = false }
    let isAny = count > 0
    return (take(limit), isAny, wantsCheckpoint)
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

  mutating func takeLast() -> [any Unit] {
    defer { last = [] }
    return last
  }

  /// Units that had not begun when their transaction was lost go first in the next one.
  mutating func putBack(_ unbegun: ArraySlice<any Unit>) {
    units.insert(contentsOf: unbegun, at: 0)
  }
}
