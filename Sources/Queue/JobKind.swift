/// The stable name of a kind of job, as it stands in the database and in `jobs/<kind>.json5`.
package struct JobKind: Hashable, Sendable, RawRepresentable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  package static let booking = JobKind(rawValue: "booking")
  package static let reschedule = JobKind(rawValue: "reschedule")
  package static let cancel = JobKind(rawValue: "cancel")
  package static let invitation = JobKind(rawValue: "invitation")
  package static let follow = JobKind(rawValue: "follow")
  package static let observe = JobKind(rawValue: "observe")

  /// Compares a calendar with the bookings on it.
  package static let compare = JobKind(rawValue: "compare")
  /// Puts right what a comparison has found.
  package static let repair = JobKind(rawValue: "repair")
  /// Sees to it that a provider calls us when a calendar changes.
  package static let watch = JobKind(rawValue: "watch")

  /// What was done to a link: recorded when it is done, and never enqueued.
  package static let link = JobKind(rawValue: "link")
  /// Those that requests carry out in their own transactions: they have definitions and no handlers.
  package static let carriedOutByRequests: [JobKind] = [.link]

  // Chores.
  package static let keepWatch = JobKind(rawValue: "keepWatch")
  package static let audit = JobKind(rawValue: "audit")
  package static let prune = JobKind(rawValue: "prune")
  package static let reconcile = JobKind(rawValue: "reconcile")
  package static let poll = JobKind(rawValue: "poll")
}
