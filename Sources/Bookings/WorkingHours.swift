import Core

/// A link's weekly windows laid on the time line for a run of dates.
///
/// Windows that touch or overlap are one stretch as far as a slot must fit in, so 23:45 to 00:15 is had
/// where Monday's window ends at 24:00 and Tuesday's begins at 00:00. Each keeps its own grid all the
/// same: slots start where any of the windows would have them start.
struct WorkingHours: Sendable {
  /// By start; they may overlap.
  private let windows: [Interval]
  private let open: IntervalSet
  private let longestWindowMilliseconds: Int64

  /// - Parameter dates: Days since 1970 in the zone; a window belongs to the date on which it begins.
  init(weekly: [WeeklyWindow], zone: Zone, dates: ClosedRange<Int>) {
    var windows: [Interval] = []
    for day in dates {
      let date = CivilDate(daysSinceEpoch: day)
      let weekday = date.weekday
      for window in weekly where window.days.contains(weekday) {
        let interval = window.interval(on: date, in: zone)
        if !interval.isEmpty { windows.append(interval) }
      }
    }
    windows.sort { $0.start < $1.start }
    self.windows = windows
    open = IntervalSet(windows)
    longestWindowMilliseconds =
      windows.map { $0.end.milliseconds - $0.start.milliseconds }.max() ?? 0
  }

  /// Whether all of `slot` is working time.
  func cover(_ slot: Interval) -> Bool { open.contains(slot) }

  /// Whether a window that is open at `instant` has a slot begin there.
  func gridHolds(_ instant: Timestamp, stepMilliseconds: Int64) -> Bool {
    guard var index = windows.lastIndex(startingAtOrBefore: instant) else { return false }
    while true {
      let window = windows[index]
      let elapsed = instant.milliseconds - window.start.milliseconds
      if window.contains(instant), elapsed % stepMilliseconds == 0 { return true }
      // Those before it have ended, even the longest.
      guard index > 0 else { return false }
      index -= 1
      let age = instant.milliseconds - windows[index].start.milliseconds
      guard age < longestWindowMilliseconds else { return false }
    }
  }

  /// Every instant of the grid in `range`, in order and once.
  func gridInstants(in range: Interval, stepMilliseconds step: Int64) -> [Timestamp] {
    var instants: [Timestamp] = []
    var isOrdered = true
    for window in windows where window.overlaps(range) {
      let skipped = max(0, range.start.milliseconds - window.start.milliseconds)
      let stepsSkipped = (skipped + step - 1) / step
      var next = window.start.milliseconds + stepsSkipped * step
      let end = min(window.end.milliseconds, range.end.milliseconds)
      if let last = instants.last, next <= last.milliseconds { isOrdered = false }
      while next < end {
        instants.append(Timestamp(milliseconds: next))
        next += step
      }
    }
    return isOrdered ? instants : Set(instants).sorted()
  }
}

extension WeeklyWindow {
  /// The window that begins on `date`. An edge that clocks jump over moves to the first instant after
  /// the gap, one that they show twice means the first time; so a window inside a gap is empty, and one
  /// around it is shorter by it.
  fileprivate func interval(on date: CivilDate, in zone: Zone) -> Interval {
    let lastMinute = toMinute > fromMinute ? toMinute : toMinute + 1440
    return Interval(
      start: zone.instant(minute: fromMinute, after: date),
      end: zone.instant(minute: lastMinute, after: date))
  }
}

extension Zone {
  /// `minute` counts on the wall from the date's 00:00 and may reach into later dates.
  fileprivate func instant(minute: Int, after date: CivilDate) -> Timestamp {
    instant(
      of: LocalDateTime(
        date: date.adding(days: minute / 1440), secondOfDay: minute % 1440 * 60))
  }
}
