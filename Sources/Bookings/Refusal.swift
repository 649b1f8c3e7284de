/// Why a slot, or a request, is not to be had. The raw value is the last part of the problem's `type`.
package enum Refusal: String, Error, Sendable, CaseIterable, Hashable {
  case slotTaken = "slot-taken"
  case linkSpent = "link-spent"
  case linkExpired = "link-expired"
  case linkPaused = "link-paused"
  case outsideWindow = "outside-window"
  case noticeTooShort = "notice-too-short"
  case notOnGrid = "not-on-grid"
  case durationNotOffered = "duration-not-offered"
  case limitReached = "limit-reached"
  case calendarUnreadable = "calendar-unreadable"
  case connectionRequired = "connection-required"
  case changeInProgress = "change-in-progress"
  case bookingCancelled = "booking-cancelled"
  case bookingOver = "booking-over"
}
