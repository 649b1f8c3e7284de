import Core
import Queue
import SQLite

/// Between which ids the jobs of one kind lie that wait in a lane in the order in which they came.
///
/// The bounds are generous, so that few jobs move them and few commits write them: `last` runs ahead of the newest
/// job, and in the database `first` lags behind the oldest.
struct LaneSpan: Equatable {
  /// No job that waits in order has a lower id.
  private(set) var first: Int64
  /// Nor a higher one.
  private(set) var last: Int64
  /// As the database has it; nil where it has none, or has to be told in any case.
  private var stored: (first: Int64, last: Int64)?

  /// By how much the bounds are generous: four runs of the index in which its jobs are found.
  private static let margin: Int64 = 4 * 1024

  init(_ job: Int64) {
    first = job
    last = job + Self.margin - 1
  }

  init(stored first: Int64, _ last: Int64) {
    self.first = first
    self.last = last
    stored = (first, last)
  }

  /// Whether a job with this id may wait here too. With too many between it and the newest, whoever reads would have
  /// to go through all the runs in between, and it is the others who pay for that.
  func admits(_ job: Int64) -> Bool { job <= last + Self.margin }

  mutating func add(_ job: Int64) {
    first = min(first, job)
    if job > last { last = job + Self.margin - 1 }
  }

  /// None that waits comes before this one.
  mutating func begin(at job: Int64) { first = max(first, job) }

  /// What has been found out is not lost, little as it may be.
  mutating func keep() { stored = nil }

  var isToWrite: Bool {
    guard let stored else { return true }
    return stored.last != last || first < stored.first || first >= stored.first + Self.margin
  }

  mutating func wrote() { stored = (first, last) }

  static func == (a: Self, b: Self) -> Bool { (a.first, a.last) == (b.first, b.last) }
}
