/// What has been decided about a job by somebody else than its handler. It is not run any more: it is claimed
/// once again, past lanes and pauses, so that its handler can tell whoever waits for it, and ends.
package enum Verdict: String, Sendable, CaseIterable {
  /// An operator took it back: it ends as cancelled.
  case cancel
  /// An operator gave it up: it ends as discarded.
  case discard
  /// Its process died with it again and again: it ends as discarded, before it takes another one along.
  case poison

  /// Jobs that were there at two deaths are run one after the other, so far apart: most are innocent, and
  /// the one that is not shows itself alone.
  package static let apart = Duration.milliseconds(250)
  /// And not before no process has died for so long: while something else kills one process after the other,
  /// those that happen to be there would be taken for the cause.
  package static let rest = Duration.seconds(3)
  /// How long after its last claim a job waits for that rest at most.
  package static let longestRest = Duration.seconds(60)

  /// How many processes may die with a job before it is believed to be the cause.
  package static let deathsOfPoison = 3
  /// How many before it is ended without being run even for that: what its booking comes to is recorded by the
  /// store, and told by jobs of their own.
  package static let deathsOfSilence = 5
}
