/// The machine's clocks with another beginning: the wall clock showed `start` when this was made and has gone
/// on since at the usual pace, set back or forward by nobody. For rehearsals of a certain day.
package struct ShiftedTime: TimeSource {
  private let base: any TimeSource
  private let start: Timestamp
  private let began: MonotonicInstant

  package init(start: Timestamp, base: any TimeSource = SystemTime()) {
    self.base = base
    self.start = start
    began = base.monotonic()
  }

  package func now() -> Timestamp { start + (base.monotonic() - began) }
  package func monotonic() -> MonotonicInstant { base.monotonic() }
}
