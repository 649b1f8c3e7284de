import Core
import Queue

/// The claim's queue of lanes, the best first: at first each with the rank of its first job, and once its jobs have
/// been read, with the next of them.
struct LaneQueue {
  struct Entry {
    let lane: LaneID
    /// Nil where they have not been read.
    var jobs: ArraySlice<ClaimCandidate>?
    fileprivate let rank: Int64

    /// Whether its first job goes before this one, or may.
    func isBefore(_ job: ClaimCandidate?) -> Bool {
      job.map { order < ($0.rank, $0.id.number) } ?? true
    }

    /// Of the same rank, a lane whose jobs have not been read comes before those that have.
    fileprivate var order: (Int64, Int64) { (rank, jobs?.first?.id.number ?? 0) }
  }

  /// The best last.
  private var entries: [Entry]

  init(_ lanes: [LaneID: Int64]) {
    entries = lanes.map { Entry(lane: $0, rank: $1) }.sorted { $0.order > $1.order }
  }

  var best: Entry? { entries.last }

  mutating func removeBest() -> Entry { entries.removeLast() }

  /// Lets the lane stand where the first of these jobs does; nowhere without any.
  mutating func insert(_ lane: LaneID, _ jobs: ArraySlice<ClaimCandidate>) {
    guard let first = jobs.first else { return }
    let entry = Entry(lane: lane, jobs: jobs, rank: first.rank)
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].order > entry.order { low = middle + 1 } else { high = middle }
    }
    entries.insert(entry, at: low)
  }
}
