/// What is taken, by whom, and all of it sorted and merged. Made once for several links over one calendar.
package struct TakenTime: Sendable {
  let all: IntervalSet
  private let busy: [Interval]
  private let claims: [Interval]

  /// - Parameters:
  ///   - busy: What the calendars say.
  ///   - claims: What bookings keep, widened by the buffers of each.
  package init(busy: [Interval], claims: [Interval]) {
    all = IntervalSet(busy + claims)
    self.busy = busy
    self.claims = claims
  }

  func with(busy more: [Interval]) -> TakenTime { TakenTime(busy: busy + more, claims: claims) }

  func isBusy(_ interval: Interval) -> Bool {
    busy.contains { !$0.isEmpty && $0.overlaps(interval) }
  }

  func isClaimed(_ interval: Interval) -> Bool {
    claims.contains { !$0.isEmpty && $0.overlaps(interval) }
  }
}
