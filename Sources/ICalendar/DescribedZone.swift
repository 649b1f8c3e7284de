import Core

/// The rules of a VTIMEZONE (RFC 5545 section 3.6.5), for zones that go by no IANA name: Outlook's,
/// mostly.
struct DescribedZone: Sendable {
  private struct Observance: Sendable {
    /// On the clocks as they were before it.
    let start: LocalDateTime
    let offsetBefore: Int
    let offsetAfter: Int
    /// Every year without end or until some day; other rules are expanded into `dates`.
    let rules: [RecurrenceRule]
    let dates: [LocalDateTime]
  }

  private struct Onset {
    let local: LocalDateTime
    let offsetBefore: Int
    let offsetAfter: Int
  }

  private let observances: [Observance]
  /// What one look into it takes, in units of `RecurrenceWork`.
  let work: Int

  init(_ component: Component) throws(ICalendarError) {
    var observances: [Observance] = []
    for part in component.components where part.name == "STANDARD" || part.name == "DAYLIGHT" {
      observances.append(try DescribedZone.observance(part))
    }
    guard !observances.isEmpty else {
      throw .malformed(
        line: component.first("TZID")?.line ?? 0, detail: "VTIMEZONE describes no offset")
    }
    self.observances = observances
    work = observances.reduce(0) { $0 + 1 + $1.dates.count + $1.rules.count * 100 }
  }

  /// By the rule of RFC 5545 section 3.3.5, as `Zone.instantKeepingOffset(of:)`.
  func instant(of local: LocalDateTime) throws(ICalendarError) -> Timestamp {
    var latest: Onset?
    for observance in observances {
      guard let onset = try lastOnset(of: observance, notAfter: local) else { continue }
      if let known = latest, onset.local <= known.local { continue }
      latest = onset
    }
    guard let onset = latest else { return local.instant(offsetSeconds: offsetBeforeAll) }
    let before = local.instant(offsetSeconds: onset.offsetBefore)
    let after = local.instant(offsetSeconds: onset.offsetAfter)
    // Inside the gap that the change leaves, the new offset would point before the change itself.
    let change = onset.local.instant(offsetSeconds: onset.offsetBefore)
    return after < change ? before : after
  }

  private var offsetBeforeAll: Int {
    observances.min { $0.start < $1.start }?.offsetBefore ?? 0
  }

  private func lastOnset(
    of observance: Observance, notAfter local: LocalDateTime
  ) throws(ICalendarError) -> Onset? {
    guard observance.start <= local else { return nil }
    var last = observance.start
    for date in observance.dates where date <= local { last = max(last, date) }
    for rule in observance.rules {
      let until = rule.until?.local(offsetSeconds: observance.offsetBefore) ?? local
      let end = min(until, local)
      guard end >= observance.start else { continue }
      // A yearly rule has had an onset in the last year or two.
      let from = max(observance.start, end.yearsBefore(2))
      var work = RecurrenceWork()
      let onsets = try rule.wallTimes(from: observance.start, in: from...end, work: &work)
      if let onset = onsets.last { last = max(last, onset) }
    }
    return Onset(
      local: last, offsetBefore: observance.offsetBefore, offsetAfter: observance.offsetAfter)
  }

  private static func observance(_ part: Component) throws(ICalendarError) -> Observance {
    guard let startLine = part.first("DTSTART"), let before = part.first("TZOFFSETFROM"),
      let after = part.first("TZOFFSETTO")
    else {
      throw .malformed(
        line: part.properties.first?.line ?? 0, detail: "VTIMEZONE lacks a start or an offset")
    }
    let start = try TimeValue(startLine).local
    let offsetBefore = try offset(before)
    var dates: [LocalDateTime] = []
    for line in part.all("RDATE") {
      for date in try TimeValue.list(line) { dates.append(date.local(offsetSeconds: offsetBefore)) }
    }
    var yearly: [RecurrenceRule] = []
    var work = RecurrenceWork()
    for line in part.all("RRULE") {
      let rule = try RecurrenceRule(line)
      if rule.frequency == .yearly && rule.interval == 1 && rule.count == nil {
        yearly.append(rule)
      } else {
        let end = rule.until?.local(offsetSeconds: offsetBefore) ?? lastExpanded
        dates += try rule.wallTimes(
          from: start, in: start...max(start, min(end, lastExpanded)), work: &work)
      }
    }
    return Observance(
      start: start, offsetBefore: offsetBefore, offsetAfter: try offset(after), rules: yearly,
      dates: dates)
  }

  /// Rules that are not plainly yearly are rare and made by hand; their onsets are listed up to
  /// here.
  private static var lastExpanded: LocalDateTime {
    LocalDateTime(date: .firstDay(year: 2200, month: 1), secondOfDay: 0)
  }

  /// `-0500`, `+013045` (section 3.3.14).
  private static func offset(_ line: ContentLine) throws(ICalendarError) -> Int {
    var reader = FieldReader(line.value.utf8)
    let isNegative = reader.skip("-")
    guard isNegative || reader.skip("+"), let hours = reader.number(digits: 2),
      let minutes = reader.number(digits: 2), hours < 24, minutes < 60
    else { throw .malformed(line: line.line, detail: "\(line.name) holds no offset") }
    let seconds = reader.isAtEnd ? 0 : reader.number(digits: 2)
    guard let seconds, reader.isAtEnd, seconds < 60 else {
      throw .malformed(line: line.line, detail: "\(line.name) holds no offset")
    }
    return (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds)
  }
}

extension TimeValue {
  /// The wall time, for a UTC value on clocks so far ahead.
  fileprivate func local(offsetSeconds: Int) -> LocalDateTime {
    if case .utc(let instant) = self {
      LocalDateTime(instant, offsetSeconds: offsetSeconds)
    } else {
      local
    }
  }
}

extension LocalDateTime {
  fileprivate func yearsBefore(_ years: Int) -> LocalDateTime {
    LocalDateTime(date: date.adding(days: -years * 366), secondOfDay: secondOfDay)
  }
}
