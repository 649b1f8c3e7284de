import Core
import Queue
import SQLite

/// A query in the words of the statements.
struct JobFilter {
  let organization: String?
  let states: String
  /// Nil is all.
  let kinds: [JobKind]?
  let lane: LaneID?
  let error: ErrorClass?
  var first: Int64
  var last: Int64
  var limit: Int

  /// Nil where nothing can fit.
  init?(_ query: JobQuery, _ store: Store, _ connection: SQLiteConnection) throws {
    organization = query.organization
    states = JobFilter.words(query.states.map(\.rawValue))
    var kinds = query.kind.map { [$0] }
    if let queue = query.queue {
      let known = try kinds ?? store.counted(connection).map(\.key.kind).removingRepeats()
      kinds = known.filter { store.policy($0).queue == queue }
      if kinds?.isEmpty == true { return nil }
    }
    self.kinds = kinds
    lane = query.lane
    error = query.error
    first = try query.since.map { try store.firstJob(since: $0, connection) } ?? 1
    let until = try query.until.map { try store.firstJob(since: $0, connection) }
    last = max(1, min(query.before?.number ?? .max, until ?? .max)) - 1
    limit = query.limit
  }

  var kindWords: String { JobFilter.words((kinds ?? []).map(\.rawValue)) }

  func bindRange(_ bindings: Bindings) {
    bindings.bind(":first", first)
    bindings.bind(":last", last)
    bindings.bind(":limit", limit)
  }

  func bind(_ bindings: Bindings) {
    bindings.bind(":organization", organization)
    bindings.bind(":states", states)
    bindings.bind(":kinds", kindWords)
    bindings.bind(":lane", lane?.rawValue)
    bindRange(bindings)
  }

  /// For the statements that are about one state.
  func bindWithoutStates(_ bindings: Bindings) {
    bindFields(bindings)
    bindRange(bindings)
  }

  func bindFields(_ bindings: Bindings) {
    bindings.bind(":organization", organization)
    bindings.bind(":kinds", kindWords)
    bindings.bind(":lane", lane?.rawValue)
    bindings.bind(":error", error?.rawValue)
  }

  /// Words that `instr` can find whole.
  private static func words(_ words: [String]) -> String {
    words.isEmpty ? "" : " \(words.joined(separator: " ")) "
  }

  static func id(_ row: Row) -> JobID { JobID(number: row.int64(0)) }
}
