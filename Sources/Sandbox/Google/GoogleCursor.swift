/// What a page token or a sync token stands for.
struct GoogleCursor: Sendable {
  enum Place: Sendable {
    /// The rest of a list, by ids, and the count of changes when the list was begun.
    case page(rest: [String], since: Int, isSync: Bool)
    /// Changes later than this count.
    case sync(since: Int)
  }

  let calendar: String
  let place: Place
  /// The question without tokens: it must be the same each time.
  let query: [String: [String]]
}
