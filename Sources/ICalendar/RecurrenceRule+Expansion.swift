import Core

extension RecurrenceRule {
  /// The wall times of the rule's set that lie in `range`, in order, for an event that starts at
  /// `start`. UNTIL is left to the caller, who knows what instants they are; COUNT is kept here.
  ///
  /// The set is built a period at a time (a year, a month, a week, …): the period's days that pass
  /// every BY… part, each at every time of day, then BYSETPOS (RFC 5545 section 3.3.10, the table
  /// "BYxxx").
  func wallTimes(
    from start: LocalDateTime, in range: ClosedRange<LocalDateTime>,
    work: inout RecurrenceWork
  ) throws(ICalendarError) -> [LocalDateTime] {
    let pattern = RecurrencePattern(self, start: start)
    var times: [LocalDateTime] = []
    var left = count ?? .max
    // With COUNT every instance from the first has to be counted; without it the walk may begin
    // close by.
    var index = count == nil ? pattern.periods(before: range.lowerBound.date) : 0
    while left > 0, pattern.begin(ofPeriod: index) <= range.upperBound {
      try work.spend(line: line)
      for time in try pattern.times(ofPeriod: index, work: &work) where time >= start {
        guard left > 0, time <= range.upperBound else { break }
        left -= 1
        if time >= range.lowerBound { times.append(time) }
      }
      index += 1
    }
    return times
  }
}

/// A rule made ready: what DTSTART fills in is filled in, and periods are numbered from DTSTART's
/// own, 0.
private struct RecurrencePattern {
  let rule: RecurrenceRule
  let start: LocalDateTime
  private let filter: RecurrenceDayFilter
  private let secondsOfDay: [Int]

  init(_ rule: RecurrenceRule, start: LocalDateTime) {
    self.rule = rule
    self.start = start
    filter = RecurrenceDayFilter(rule, start: start.date)
    var secondsOfDay: [Int] = []
    for hour in rule.hours.isEmpty ? [start.hour] : rule.hours {
      for minute in rule.minutes.isEmpty ? [start.minute] : rule.minutes {
        for second in rule.seconds.isEmpty ? [start.second] : rule.seconds {
          secondsOfDay.append(hour * 3600 + minute * 60 + second)
        }
      }
    }
    self.secondsOfDay = Array(Set(secondsOfDay)).sorted()
  }

  /// How many whole periods surely lie before `date`.
  func periods(before date: CivilDate) -> Int {
    let days = date.daysSinceEpoch - start.date.daysSinceEpoch
    guard days > 0 else { return 0 }
    let steps =
      switch rule.frequency {
      case .yearly: date.year - start.date.year
      case .monthly: (date.year - start.date.year) * 12 + date.month - start.date.month
      case .weekly: days / 7
      case .daily: days
      case .hourly, .minutely, .secondly: (days - 1) * (86_400 / stepSeconds)
      }
    return max(0, steps / rule.interval - 1)
  }

  /// The earliest wall time that period `index` may hold.
  func begin(ofPeriod index: Int) -> LocalDateTime {
    let step = index * rule.interval
    switch rule.frequency {
    case .yearly: return midnight(CivilDate.firstDay(year: start.date.year + step, month: 1))
    case .monthly:
      return midnight(
        CivilDate.firstDay(year: start.date.year, month: start.date.month + step))
    case .weekly: return midnight(start.date.daysSinceEpoch - daysIntoWeek + step * 7)
    case .daily: return midnight(start.date.daysSinceEpoch + step)
    case .hourly, .minutely, .secondly:
      let seconds =
        start.date.daysSinceEpoch * 86_400 + start.secondOfDay / stepSeconds * stepSeconds
        + step * stepSeconds
      return LocalDateTime(Timestamp(seconds: Int64(seconds)), offsetSeconds: 0)
    }
  }

  /// The wall times of period `index`, in order, BYSETPOS applied.
  func times(
    ofPeriod index: Int, work: inout RecurrenceWork
  ) throws(ICalendarError) -> [LocalDateTime] {
    let begin = begin(ofPeriod: index)
    var times: [LocalDateTime] = []
    switch rule.frequency {
    case .hourly, .minutely, .secondly:
      guard filter.passes(begin.date) else { return [] }
      times = timesOfDay(within: begin).map { LocalDateTime(date: begin.date, secondOfDay: $0) }
      try work.spend(times.count, line: rule.line)
    case .daily, .weekly, .monthly, .yearly:
      for days in dayRanges(from: begin.date) {
        try work.spend(days.count, line: rule.line)
        for day in days {
          let date = CivilDate(daysSinceEpoch: day)
          guard filter.passes(date) else { continue }
          try work.spend(secondsOfDay.count, line: rule.line)
          times += secondsOfDay.map { LocalDateTime(date: date, secondOfDay: $0) }
        }
      }
    }
    return rule.setPositions.isEmpty ? times : selected(times)
  }

  /// Seconds of the day that lie in the hour, minute or second beginning at `begin`: BYHOUR and
  /// finer parts that are coarser than the frequency limit, the finer ones expand.
  private func timesOfDay(within begin: LocalDateTime) -> [Int] {
    guard rule.hours.isEmpty || rule.hours.contains(begin.hour) else { return [] }
    if rule.frequency == .hourly {
      let inHour = secondsOfDay.map { $0 % 3600 }
      return Array(Set(inHour)).sorted().map { begin.hour * 3600 + $0 }
    }
    guard rule.minutes.isEmpty || rule.minutes.contains(begin.minute) else { return [] }
    let minute = begin.secondOfDay / 60 * 60
    if rule.frequency == .minutely {
      return Array(Set(secondsOfDay.map { $0 % 60 })).sorted().map { minute + $0 }
    }
    guard rule.seconds.isEmpty || rule.seconds.contains(begin.second) else { return [] }
    return [begin.secondOfDay]
  }

  private func selected(_ times: [LocalDateTime]) -> [LocalDateTime] {
    let indices = rule.setPositions.map { $0 > 0 ? $0 - 1 : times.count + $0 }
    return Set(indices).filter(times.indices.contains).sorted().map { times[$0] }
  }

  /// The days of the period that begins with `begin`: of a year only the months that can matter.
  private func dayRanges(from begin: CivilDate) -> [Range<Int>] {
    switch rule.frequency {
    case .yearly where !filter.months.isEmpty:
      Set(filter.months).sorted().map {
        days(from: .firstDay(year: begin.year, month: $0))
      }
    case .yearly: (1...12).map { days(from: .firstDay(year: begin.year, month: $0)) }
    case .monthly: [days(from: begin)]
    case .weekly: [begin.daysSinceEpoch..<(begin.daysSinceEpoch + 7)]
    default: [begin.daysSinceEpoch..<(begin.daysSinceEpoch + 1)]
    }
  }

  private func days(from first: CivilDate) -> Range<Int> {
    let begin = first.daysSinceEpoch
    return begin..<(begin + CivilDate.length(ofMonth: first.month, in: first.year))
  }

  private var stepSeconds: Int {
    switch rule.frequency {
    case .hourly: 3600
    case .minutely: 60
    default: 1
    }
  }

  private var daysIntoWeek: Int { (start.date.weekdayIndex - rule.weekStart + 7) % 7 }

  private func midnight(_ date: CivilDate) -> LocalDateTime {
    LocalDateTime(date: date, secondOfDay: 0)
  }

  private func midnight(_ day: Int) -> LocalDateTime {
    midnight(CivilDate(daysSinceEpoch: day))
  }
}
