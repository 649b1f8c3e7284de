/// What a zone does in the years after its last known transition: the POSIX TZ text in a TZif file's
/// footer, such as `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 8536 section 3.3). Nil of `daylight`: nothing.
struct ZoneRule: Equatable, Sendable {
  let standard: ZoneTimeType
  let daylight: Daylight?

  /// A change to daylight saving and one back, every year.
  struct Daylight: Equatable, Sendable {
    let standard: ZoneTimeType
    /// Behind standard time where the law has it so: Dublin's winter.
    let daylight: ZoneTimeType
    let begins: Moment
    let ends: Moment
  }

  /// Once a year, on clocks as they stood before it.
  struct Moment: Equatable, Sendable {
    let day: Day
    /// Since the day's 00:00; from -167 to 167 hours.
    let seconds: Int
  }

  enum Day: Equatable, Sendable {
    /// Day `weekday` (0 is Sunday) of week 1...5 of a month; the fifth means the last.
    case weekday(month: Int, week: Int, weekday: Int)
    /// 1...365; 29 February is not counted.
    case ofCommonYear(Int)
    /// 0...365; 29 February is counted.
    case ofYear(Int)
  }

  /// Seconds since 1970 at which a year of four digits begins in UTC.
  static func startOfYear(_ year: Int) -> Int64 {
    Int64(firstDay(ofMonth: 1, in: year).daysSinceEpoch) * 86_400
  }

  fileprivate static func firstDay(ofMonth month: Int, in year: Int) -> CivilDate {
    guard let date = CivilDate(year: year, month: month, day: 1) else {
      trap("a zone's years have four digits")
    }
    return date
  }
}

extension ZoneRule.Daylight {
  struct Change {
    /// Seconds since 1970.
    let at: Int64
    let isDaylight: Bool
  }

  /// The changes of those years in order, each at an instant of its own.
  ///
  /// A zone that keeps daylight saving all year says so with an end that is the next year's beginning
  /// (RFC 8536 section 3.3.1); of two changes at one instant the later year's counts.
  func changes(in years: ClosedRange<Int>) -> [Change] {
    var changes: [Change] = []
    for year in years {
      let both = [
        Change(at: begins.seconds(in: year, offset: standard.offset), isDaylight: true),
        Change(at: ends.seconds(in: year, offset: daylight.offset), isDaylight: false),
      ]
      for change in both[0].at <= both[1].at ? both : both.reversed() {
        while let previous = changes.last, previous.at >= change.at { changes.removeLast() }
        changes.append(change)
      }
    }
    return changes
  }
}

extension ZoneRule.Moment {
  /// Seconds since 1970, where clocks stand `offset` ahead of UTC until then.
  fileprivate func seconds(in year: Int, offset: Int) -> Int64 {
    Int64(day.daysSinceEpoch(in: year)) * 86_400 + Int64(seconds - offset)
  }
}

extension ZoneRule.Day {
  fileprivate func daysSinceEpoch(in year: Int) -> Int {
    switch self {
    case .weekday(let month, let week, let weekday):
      let first = ZoneRule.firstDay(ofMonth: month, in: year)
      // 1970-01-01 was a Thursday, and POSIX counts from Sunday.
      let firstWeekday = ((first.daysSinceEpoch + 4) % 7 + 7) % 7
      var day = (weekday - firstWeekday + 7) % 7 + 7 * (week - 1)
      if day >= CivilDate.length(ofMonth: month, in: year) { day -= 7 }
      return first.daysSinceEpoch + day
    case .ofCommonYear(let day):
      let isAfterLeapDay = CivilDate.length(ofMonth: 2, in: year) == 29 && day >= 60
      let first = ZoneRule.firstDay(ofMonth: 1, in: year)
      return first.daysSinceEpoch + day - 1 + (isAfterLeapDay ? 1 : 0)
    case .ofYear(let day):
      return ZoneRule.firstDay(ofMonth: 1, in: year).daysSinceEpoch + day
    }
  }
}
