import Core
import Queue

/// The first jobs that wait in a lane, as far as they are known: of each kind the next few, in the order in
/// which they are due.
struct LaneHeads {
  private struct Line {
    var jobs: [ClaimCandidate]
    /// Nothing waits behind them.
    var isWhole: Bool
  }

  private var lines: [JobKind: Line] = [:]

  /// As many of a kind are read at once as usually go before anybody else writes.
  static let readAtOnce = 16
  /// A line that has grown longer is cut: what is behind can be read when its turn comes.
  private static let longest = 4 * readAtOnce

  /// Kinds of which more wait than are known here, and fewer than `limit` are known.
  func linesToRead(for limit: Int) -> [JobKind] {
    lines.filter { !$1.isWhole && $1.jobs.count < limit }.map(\.key)
  }

  /// The first of a kind, and whether they are all.
  mutating func read(_ jobs: [ClaimCandidate], of kind: JobKind, isWhole: Bool) {
    lines[kind] = Line(jobs: jobs, isWhole: isWhole)
  }

  /// One more has come to wait.
  mutating func add(_ job: ClaimCandidate) {
    guard var line = lines[job.kind] else {
      lines[job.kind] = Line(jobs: [job], isWhole: true)
      return
    }
    if let last = line.jobs.last, job < last {
      line.jobs.insert(job, at: line.jobs.firstIndex { job < $0 } ?? 0)
    } else if line.isWhole {
      line.jobs.append(job)
    }
    if line.jobs.count > Self.longest {
      line.jobs.removeLast(line.jobs.count - Self.readAtOnce)
      line.isWhole = false
    }
    lines[job.kind] = line
  }

  /// It has been claimed.
  mutating func remove(_ job: ClaimCandidate) {
    lines[job.kind]?.jobs.removeAll { $0.id == job.id }
  }

  /// The first `limit` that are due, of the kinds that may begin, in the order of a claim; and when the next one
  /// is that is not yet. All lines that are needed have to be read.
  func first(
    _ limit: Int, now: Timestamp, where mayBegin: (JobKind) -> Bool
  ) -> (due: [ClaimCandidate], next: Timestamp?) {
    var due: [ClaimCandidate] = []
    var next: Timestamp?
    for (kind, line) in lines where mayBegin(kind) {
      for job in line.jobs.prefix(limit) {
        if job.runAt > now {
          next = min(next ?? job.runAt, job.runAt)
          break
        }
        due.append(job)
      }
    }
    return (Array(due.sorted().prefix(limit)), next)
  }
}
