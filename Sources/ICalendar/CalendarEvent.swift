import Bookings
import Core

/// What a VEVENT says of its time, for reading busy time.
struct CalendarEvent: Sendable {
  /// How long it and each of its instances last.
  enum Length: Equatable, Sendable {
    /// All-day: from the start of a day to the start of another.
    case days(Int)
    /// Elapsed time: DTEND gives every instance "the same exact duration" (RFC 5545 section
    /// 3.8.5.3).
    case exact(Duration)
    case nominal(DurationValue)
  }

  let uid: String?
  let start: TimeValue
  let clock: WallClock
  let length: Length
  let isBusy: Bool
  let recurrenceID: TimeValue?
  /// RANGE=THISANDFUTURE: stands for all later instances too.
  let changesFuture: Bool
  let rules: [RecurrenceRule]
  let line: Int

  init(
    _ component: Component, zones: inout ObjectZones, ownAddresses: OwnAddresses
  ) throws(ICalendarError) {
    guard let startLine = component.first("DTSTART") else {
      throw .malformed(
        line: component.properties.first?.line ?? 0, detail: "the event has no DTSTART")
    }
    line = startLine.line
    start = try TimeValue(startLine)
    clock = try zones.clock(for: start, line: line)
    uid = component.first("UID")?.text
    length = try Length(of: component, start: start, zones: &zones)
    isBusy = component.takesTime && !ownAddresses.declined(component)
    let recurrenceLine = component.first("RECURRENCE-ID")
    recurrenceID = if let recurrenceLine { try TimeValue(recurrenceLine) } else { nil }
    changesFuture = recurrenceLine?["RANGE"]?.uppercased() == "THISANDFUTURE"
    var rules: [RecurrenceRule] = []
    for line in component.all("RRULE") { rules.append(try RecurrenceRule(line)) }
    self.rules = rules
  }
}

extension Component {
  /// RFC 4791 section 7.10: transparent and cancelled events do not count; tentative ones do.
  fileprivate var takesTime: Bool {
    first("TRANSP")?.value.uppercased() != "TRANSPARENT"
      && first("STATUS")?.value.uppercased() != "CANCELLED"
  }
}

extension CalendarEvent.Length {
  /// RFC 5545 section 3.6.1: without DTEND and DURATION a DATE lasts its day, a DATE-TIME no time
  /// at all.
  fileprivate init(
    of component: Component, start: TimeValue, zones: inout ObjectZones
  ) throws(ICalendarError) {
    if let line = component.first("DTEND") {
      self = try .init(from: start, to: try TimeValue(line), line: line.line, zones: &zones)
    } else if let line = component.first("DURATION") {
      let duration = try DurationValue(line.value, of: line)
      guard duration.days >= 0, duration.seconds >= 0 else {
        throw .malformed(line: line.line, detail: "the event ends before it starts")
      }
      self =
        start.isDate
        ? .days(max(1, duration.days + (duration.seconds + 86_399) / 86_400))
        : .nominal(duration)
    } else {
      self = start.isDate ? .days(1) : .exact(.zero)
    }
  }

  private init(
    from start: TimeValue, to end: TimeValue, line: Int, zones: inout ObjectZones
  ) throws(ICalendarError) {
    switch (start, end) {
    case (.date(let first), .date(let last)):
      // Exporters that take DTEND for the last day write the same date twice.
      self = .days(max(1, last.daysSinceEpoch - first.daysSinceEpoch))
    case (.date, _), (_, .date):
      throw .malformed(line: line, detail: "DTSTART and DTEND are not of one type")
    default:
      let elapsed = try zones.instant(of: end, line: line) - zones.instant(of: start, line: line)
      // In a gap a start of 02:30 means 03:30 and an end of 03:00 itself: the wall then says how
      // long.
      let shown = end.local.instant(offsetSeconds: 0) - start.local.instant(offsetSeconds: 0)
      guard elapsed >= .zero || shown >= .zero else {
        throw .malformed(line: line, detail: "the event ends before it starts")
      }
      self = .exact(elapsed >= .zero ? elapsed : shown)
    }
    guard longest <= .days(ICalendarLimit.durationDays) else {
      throw .malformed(line: line, detail: "the event is longer than a century")
    }
  }

  /// At least what an instance can last, days of 25 hours included.
  var longest: Duration {
    switch self {
    case .days(let days): .days(days) + .days(1)
    case .exact(let duration): duration
    case .nominal(let duration): .days(duration.days) + .seconds(duration.seconds) + .days(1)
    }
  }
}

extension CalendarEvent {
  /// The time of the event itself.
  func interval() throws(ICalendarError) -> Interval { try interval(at: start.local) }

  /// The time of an instance that starts at `local` on the event's own clock.
  func interval(at local: LocalDateTime) throws(ICalendarError) -> Interval {
    try interval(at: local, on: clock)
  }

  /// The time of an instance that RDATE adds. A DATE for a timed event means its usual time of that
  /// day.
  func interval(
    at value: TimeValue, zones: inout ObjectZones
  ) throws(ICalendarError) -> Interval {
    if value.isDate || start.isDate {
      let secondOfDay = start.local.secondOfDay
      return try interval(
        at: LocalDateTime(date: value.local.date, secondOfDay: secondOfDay), on: clock)
    }
    return try interval(at: value.local, on: try zones.clock(for: value, line: line))
  }

  private func interval(
    at local: LocalDateTime, on clock: WallClock
  ) throws(ICalendarError) -> Interval {
    switch length {
    case .days(let days):
      // Days are days of the calendar's zone, be they of 23, 24 or 25 hours.
      let begin = try clock.startOfDay(local.date)
      return Interval(start: begin, end: try clock.startOfDay(local.date.adding(days: days)))
    case .exact(let duration):
      return Interval(start: try clock.instant(of: local), duration: duration)
    case .nominal(let duration):
      let begin = try clock.instant(of: local)
      let lastDay = LocalDateTime(
        date: local.date.adding(days: duration.days), secondOfDay: local.secondOfDay)
      let end = try clock.instant(of: lastDay) + .seconds(duration.seconds)
      return Interval(start: begin, end: max(begin, end))
    }
  }

  /// The time of an instance that a change of "this and future" has moved to `begin`.
  func interval(moved begin: Timestamp) -> Interval {
    switch length {
    case .exact(let duration): Interval(start: begin, duration: duration)
    case .days(let days): Interval(start: begin, duration: .days(days))
    case .nominal(let duration):
      Interval(start: begin, duration: .days(duration.days) + .seconds(duration.seconds))
    }
  }

  /// Whether an instance is within UNTIL, which is inclusive (RFC 5545 section 3.3.10). Where UNTIL
  /// is not of DTSTART's type, as programs do write it, the reading that keeps the instance counts.
  func isReached(
    by rule: RecurrenceRule, at time: LocalDateTime, _ instant: Timestamp,
    zones: inout ObjectZones
  ) throws(ICalendarError) -> Bool {
    guard let until = rule.until else { return true }
    if until.isDate || start.isDate, time.date <= until.local.date { return true }
    if until.isDate { return false }
    return try instant <= zones.instant(of: until, line: line)
  }
}
