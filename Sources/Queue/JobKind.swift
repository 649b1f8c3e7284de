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

  // Chores.
  package static let prune = JobKind(rawValue: "prune")
  package static let reconcile = JobKind(rawValue: "reconcile")
  package static let poll = JobKind(rawValue: "poll")
}
