import Core

/// When a link takes bookings, as its host has said it: by weekday, and by date where that differs.
struct OpeningHours: Sendable {
  private let weekly: [WeeklyWindow]
  private let overrides: [CivilDate: [DayWindow]]

  init(_ settings: LinkSettings) {
    weekly = settings.weekly
    overrides = Dictionary(settings.overrides.map { ($0.date, $0.windows) }) { first, _ in first }
  }

  /// Adds the windows that begin on `date`, on the time line. An edge that clocks jump over moves to the
  /// first instant after the gap, one that they show twice means the first time; so a window inside a gap is
  /// empty, and one around it is shorter by it.
  func append(windowsOn date: CivilDate, in zone: Zone, to windows: inout [Interval]) {
    if overrides.isEmpty { return appendUsual(date, zone, endingBy: nil, to: &windows) }
    let next = date.adding(days: 1)
    // The date after decides about itself.
    let limit = overrides[next] == nil ? nil : zone.startOfDay(next)
    guard let own = overrides[date] else {
      return appendUsual(date, zone, endingBy: limit, to: &windows)
    }
    for window in own { append(window, date, zone, endingBy: limit, to: &windows) }
  }

  func isClosed(on date: CivilDate) -> Bool { overrides[date]?.isEmpty == true }

  private func appendUsual(
    _ date: CivilDate, _ zone: Zone, endingBy limit: Timestamp?, to windows: inout [Interval]
  ) {
    let weekday = date.weekday
    for window in weekly where window.days.contains(weekday) {
      append(window.hours, date, zone, endingBy: limit, to: &windows)
    }
  }

  private func append(
    _ window: DayWindow, _ date: CivilDate, _ zone: Zone, endingBy limit: Timestamp?,
    to windows: inout [Interval]
  ) {
    let start = zone.instant(minute: window.fromMinute, after: date)
    var end = zone.instant(minute: window.lastMinute, after: date)
    if let limit { end = min(end, limit) }
    if start < end { windows.append(Interval(start: start, end: end)) }
  }
}

/// A link's windows laid on the time line for a run of dates.
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
  init(_ hours: OpeningHours, zone: Zone, dates: ClosedRange<Int>) {
    var windows: [Interval] = []
    for day in dates {
      hours.append(windowsOn: CivilDate(daysSinceEpoch: day), in: zone, to: &windows)
    }
    windows.sort { $0.start < $1.start }
    self.windows = windows
    open = IntervalSet(windows)
    longestWindowMilliseconds =
      windows.map { $0.end.milliseconds - $0.start.milliseconds }.max() ?? 0
  }

  /// Whether all of `slot` is working time. `near` as in `IntervalSet`.
  func cover(_ slot: Interval, near: inout Int) -> Bool { open.contains(slot, near: &near) }

  /// Whether a window that is open at `instant` has a slot begin there.
  func gridHolds(_ instant: Timestamp, stepMilliseconds: Int64, near: inout Int) -> Bool {
    var index = windows.lastIndex(startingAtOrBefore: instant, near: &near)
    while index >= 0 {
      let window = windows[index]
      let elapsed = instant.milliseconds - window.start.milliseconds
      // Those before it have ended, even the longest.
      guard elapsed < longestWindowMilliseconds else { return false }
      if window.contains(instant), elapsed % stepMilliseconds == 0 { return true }
      index -= 1
    }
    return false
  }

  func window(at instant: Timestamp) -> Interval? { windows.last { $0.contains(instant) } }

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

extension Zone {
  /// `minute` counts on the wall from the date's 00:00 and may reach into later dates.
  fileprivate func instant(minute: Int, after date: CivilDate) -> Timestamp {
    instant(
      of: LocalDateTime(
        date: date.adding(days: minute / 1440), secondOfDay: minute % 1440 * 60))
  }
}
