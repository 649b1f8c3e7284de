import Core

/// What a skip token or a delta token stands for.
struct GraphCursor: Sendable {
  let account: String
  let calendar: String?
  let from: Timestamp
  let to: Timestamp
  /// The rest of a round, by event numbers; nil between rounds.
  let rest: [Int]?
  /// Changes later than this count belong to the next round.
  let since: Int
  let isFirst: Bool
  /// Numbers of the events that the client knows to be in the window: of no others is it told that they are
  /// not.
  let seen: Set<Int>
}
