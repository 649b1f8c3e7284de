/// One reason why a slot is not offered. The cases stand in the order in which they are told.
package enum SlotReason: UInt16, Sendable, CaseIterable {
  case durationNotOffered
  case noticeTooShort
  case notVisible
  case dateClosed
  case outsideHours
  case notOnGrid
  case dayFull
  case weekFull
  case calendarBusy
  case timeClaimed

  /// What a guest is told.
  package var refusal: Refusal {
    switch self {
    case .durationNotOffered: .durationNotOffered
    case .noticeTooShort: .noticeTooShort
    case .notVisible, .dateClosed, .outsideHours: .outsideWindow
    case .notOnGrid: .notOnGrid
    case .dayFull, .weekFull: .limitReached
    case .calendarBusy, .timeClaimed: .slotTaken
    }
  }

  /// Its name in the interface.
  package var code: String {
    switch self {
    case .durationNotOffered: "duration-not-offered"
    case .noticeTooShort: "notice-too-short"
    case .notVisible: "not-visible"
    case .dateClosed: "date-closed"
    case .outsideHours: "outside-hours"
    case .notOnGrid: "not-on-grid"
    case .dayFull: "day-full"
    case .weekFull: "week-full"
    case .calendarBusy: "calendar-busy"
    case .timeClaimed: "time-claimed"
    }
  }

  /// A sentence for the host. It never says what a calendar's event is called.
  package var detail: String {
    switch self {
    case .durationNotOffered: "The link does not offer that duration."
    case .noticeTooShort: "It starts before the minimum notice has run out."
    case .notVisible: "It starts on a date that the link does not show."
    case .dateClosed: "An override closes that date."
    case .outsideHours: "Not all of it lies within the link's hours."
    case .notOnGrid: "It does not start where the link's slots start."
    case .dayFull: "The link has as many bookings on that day as it takes."
    case .weekFull: "The link has as many bookings in that week as it takes."
    case .calendarBusy: "With its buffers it meets an event of a calendar that counts as busy."
    case .timeClaimed: "With its buffers it meets another booking."
    }
  }
}

/// Some of them, in order; small enough to be made for thousands of candidates.
struct SlotReasons: Sequence {
  private var bits: UInt16 = 0

  var isEmpty: Bool { bits == 0 }

  mutating func insert(_ reason: SlotReason) { bits |= 1 << reason.rawValue }

  var first: SlotReason? {
    isEmpty ? nil : SlotReason(rawValue: UInt16(bits.trailingZeroBitCount))
  }

  func makeIterator() -> AnyIterator<SlotReason> {
    var rest = self
    return AnyIterator {
      guard let first = rest.first else { return nil }
      rest.bits &= rest.bits - 1
      return first
    }
  }
}
