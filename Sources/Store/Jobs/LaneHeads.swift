import Core
import Queue

/// The first jobs that wait in a lane, as far as they are known: of each kind the next few, in the order in
/// which they are due.
struct LaneHeads {
  private struct Line {
    let kind: JobKind
    var jobs: [ClaimCandidate]
    /// Nothing waits behind them.
    var isWhole: Bool
  }

  /// A handful: lanes have few kinds.
  private var lines: [Line] = []

  /// As many of a kind are read at once as usually go before anybody else writes.
  static let readAtOnce = 16
  /// A line that has grown longer is cut: what is behind can be read when its turn comes.
  private static let longest = 4 * readAtOnce

  /// Kinds of which more wait than are known here, and fewer than `limit` are known.
  func linesToRead(for limit: Int) -> [JobKind] {
    lines.filter { !$0.isWhole && $0.jobs.count < limit }.map(\.kind)
  }

  /// The first of a kind, and whether they are all.
  mutating func read(_ jobs: [ClaimCandidate], of kind: JobKind, isWhole: Bool) {
    let line = Line(kind: kind, jobs: jobs, isWhole: isWhole)
    if let index = index(of: kind) { lines[index] = line } else { lines.append(line) }
  }

  /// One more has come to wait.
  mutating func add(_ job: ClaimCandidate) {
    guard let index = index(of: job.kind) else {
      lines.append(Line(kind: job.kind, jobs: [job], isWhole: true))
      return
    }
    if let last = lines[index].jobs.last, job < last {
      let place = lines[index].jobs.firstIndex { job < $0 } ?? 0
      lines[index].jobs.insert(job, at: place)
    } else if lines[index].isWhole {
      lines[index].jobs.append(job)
    }
    if lines[index].jobs.count > Self.longest {
      lines[index].jobs.removeLast(lines[index].jobs.count - Self.readAtOnce)
      lines[index].isWhole = false
    }
  }

  /// It has been claimed.
  mutating func remove(_ job: ClaimCandidate) {
    guard let index = index(of: job.kind),
      let place = lines[index].jobs.firstIndex(where: { $0.id == job.id })
    else { return }
    lines[index].jobs.remove(at: place)
  }

  /// Those of the kind that wait in order, as far as they are known.
  func inOrder(_ kind: JobKind) -> [ClaimCandidate] {
    index(of: kind).map { lines[$0].jobs.filter(\.isInOrder) } ?? []
  }

  /// It is known that none of the kind waits in order.
  func isEmptyInOrder(_ kind: JobKind) -> Bool {
    guard let index = index(of: kind) else { return true }
    return lines[index].isWhole && !lines[index].jobs.contains { $0.isInOrder }
  }

  /// Nothing is known of what comes first of some kind.
  var isAnyUnread: Bool { lines.contains { $0.jobs.isEmpty && !$0.isWhole } }

  /// The first `limit` that are due, of the kinds that may begin, in the order of a claim; and when the next one
  /// is that is not yet. All lines that are needed have to be read.
  func first(
    _ limit: Int, now: Timestamp, where mayBegin: (JobKind) -> Bool
  ) -> (due: [ClaimCandidate], next: Timestamp?) {
    var due: [ClaimCandidate] = []
    var next: Timestamp?
    // How many of each line have been taken.
    var taken = lines.map { mayBegin($0.kind) ? 0 : $0.jobs.count }
    while due.count < limit {
      var best: Int?
      for index in lines.indices where taken[index] < lines[index].jobs.count {
        if lines[index].jobs[taken[index]].runAt > now { continue }
        if let best, lines[best].jobs[taken[best]] < lines[index].jobs[taken[index]] { continue }
        best = index
      }
      guard let best else { break }
      due.append(lines[best].jobs[taken[best]])
      taken[best] += 1
    }
    for index in lines.indices where taken[index] < min(limit, lines[index].jobs.count) {
      let runAt = lines[index].jobs[taken[index]].runAt
      if runAt > now { next = min(next ?? runAt, runAt) }
    }
    return (due, next)
  }

  private func index(of kind: JobKind) -> Int? { lines.firstIndex { $0.kind == kind } }
}
