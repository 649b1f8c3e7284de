import Bookings
import Core

/// Why a slot is offered or not, for its host.
package struct Explanation: Sendable, Equatable {
  package struct Reason: Sendable, Equatable {
    /// A stable name, of `Refusal` or of `SlotReason`.
    package let code: String
    package let detail: String
  }

  package let slot: Interval
  /// In the order in which they count; empty where the slot is offered.
  package let reasons: [Reason]
  /// The window of working hours in which it starts.
  package let window: Interval?
  /// When the oldest calendar reading behind it was made.
  package let asOf: Timestamp
}

extension Intake {
  /// Every reason against a slot at once: the link's own state first, then the rules in the order of
  /// `Availability`, by the same predicate. What lies on a calendar is never named.
  package func explain(
    _ slot: Interval, of link: Link, completion: @escaping Completion<Explanation>
  ) {
    let starts = Interval(start: slot.start, end: slot.start)
    let reach = link.settings.reach(ofSlotsIn: starts)
    // The duration asked about may be longer than any that is offered.
    let asked = Interval(
      start: reach.start, end: max(reach.end, slot.end + link.settings.bufferAfter))
    busyTimes.read(
      link.conflicts, during: asked, excluding: nil,
      maximumAge: link.settings.maximumBusyAge
    ) { reading in
      answering(completion) {
        let now = time.now()
        let zone = try zones.zone(link.settings.timeZone)
        let claims = try ledger.claims(on: link.conflicts, during: asked, excluding: nil)
        let booked = try link.settings.capReach(ofSlotsIn: starts, zone: zone).map {
          try ledger.bookedStarts(of: link.id, in: $0, excluding: nil)
        }
        let availability = Availability(
          settings: link.settings, zone: zone, now: now,
          busy: reading.busy.values.flatMap { $0.map(\.interval) }, claims: claims,
          booked: booked ?? [])
        var reasons: [Explanation.Reason] = []
        if let refusal = link.refusal(now: now) { reasons.append(.init(refusal)) }
        reasons += availability.explain(slot).map(Explanation.Reason.init)
        if !reading.unreadable.isEmpty { reasons.append(.init(.calendarUnreadable)) }
        completion(
          .success(
            Explanation(
              slot: slot, reasons: reasons, window: availability.window(at: slot.start),
              asOf: reading.asOf)))
      }
    }
  }
}

extension Explanation.Reason {
  fileprivate init(_ reason: SlotReason) {
    self.init(code: reason.code, detail: reason.detail)
  }

  fileprivate init(_ refusal: Refusal) {
    let detail =
      switch refusal {
      case .linkPaused: "The link is paused."
      case .linkSpent: "The link was for one booking and has been used."
      case .linkExpired: "The link has expired."
      default: "A calendar that counts as busy cannot be read at this moment."
      }
    self.init(code: refusal.rawValue, detail: detail)
  }
}
