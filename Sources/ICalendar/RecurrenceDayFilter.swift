import Core

/// The parts of a rule that choose days. Each of them only ever excludes: a period offers all its
/// days, and those that every part accepts remain, which is what "expand" and "limit" of RFC 5545
/// come to.
struct RecurrenceDayFilter {
  /// No day outside of them passes, unless there are none.
  let months: [Int]
  private let weekNumbers: [Int]
  private let yearDays: [Int]
  private let monthDays: [Int]
  private let days: [RecurrenceRule.OrdinalDay]
  private let weekStart: Int
  /// Ordinals count weekdays of the month, or else of the year.
  private let ordinalsAreOfMonth: Bool

  /// "Information, not contained in the rule, necessary to determine the various recurrence
  /// instance start time and dates are derived from the Start Time" (section 3.3.10).
  init(_ rule: RecurrenceRule, start: CivilDate) {
    var months = rule.months
    var monthDays = rule.monthDays
    var days = rule.days
    let saysDays =
      !(rule.yearDays.isEmpty && rule.monthDays.isEmpty && rule.days.isEmpty)
    let startDay = RecurrenceRule.OrdinalDay(ordinal: 0, weekday: start.weekdayIndex)
    switch rule.frequency {
    case .yearly where !saysDays && !rule.weekNumbers.isEmpty: days = [startDay]
    case .yearly where !saysDays:
      if months.isEmpty { months = [start.month] }
      monthDays = [start.day]
    case .monthly where !saysDays: monthDays = [start.day]
    case .weekly where !saysDays: days = [startDay]
    default: break
    }
    // Section 3.3.10 allows ordinals in monthly and yearly rules only; elsewhere the weekday is
    // meant.
    if rule.frequency != .monthly && rule.frequency != .yearly {
      days = days.map { RecurrenceRule.OrdinalDay(ordinal: 0, weekday: $0.weekday) }
    }
    self.months = months
    self.monthDays = monthDays
    self.days = days
    weekNumbers = rule.weekNumbers
    yearDays = rule.yearDays
    weekStart = rule.weekStart
    ordinalsAreOfMonth = rule.frequency == .monthly || !rule.months.isEmpty
  }

  func passes(_ date: CivilDate) -> Bool {
    guard months.isEmpty || months.contains(date.month) else { return false }
    let monthLength = CivilDate.length(ofMonth: date.month, in: date.year)
    guard matches(monthDays, position: date.day, of: monthLength) else { return false }
    if days.isEmpty && yearDays.isEmpty && weekNumbers.isEmpty { return true }

    let firstOfYear = CivilDate.firstDay(year: date.year, month: 1)
    let dayOfYear = date.daysSinceEpoch - firstOfYear.daysSinceEpoch + 1
    let yearLength = CivilDate.length(ofMonth: 2, in: date.year) + 337
    guard matches(yearDays, position: dayOfYear, of: yearLength) else { return false }
    guard weekNumbers.isEmpty || isInWeek(date) else { return false }
    let weekday = date.weekdayIndex
    return days.isEmpty
      || days.contains { day in
        day.weekday == weekday
          && (ordinalsAreOfMonth
            ? isOrdinal(day.ordinal, position: date.day, of: monthLength)
            : isOrdinal(day.ordinal, position: dayOfYear, of: yearLength))
      }
  }

  /// Positions count from 1, or backwards from -1; an empty list accepts all.
  private func matches(_ positions: [Int], position: Int, of length: Int) -> Bool {
    positions.isEmpty || positions.contains(position) || positions.contains(position - length - 1)
  }

  private func isOrdinal(_ ordinal: Int, position: Int, of length: Int) -> Bool {
    ordinal == 0 || ordinal == (position - 1) / 7 + 1
      || -ordinal == (length - position) / 7 + 1
  }

  /// Week 1 is the first with at least four days in its year (section 3.3.10, BYWEEKNO).
  private func isInWeek(_ date: CivilDate) -> Bool {
    let weekBegin = date.daysSinceEpoch - (date.weekdayIndex - weekStart + 7) % 7
    // The year that holds the week's fourth day owns the week.
    let year = CivilDate(daysSinceEpoch: weekBegin + 3).year
    let number = (weekBegin - firstWeek(of: year)) / 7 + 1
    let count = (firstWeek(of: year + 1) - firstWeek(of: year)) / 7
    return matches(weekNumbers, position: number, of: count)
  }

  /// The day on which week 1 of a year begins.
  private func firstWeek(of year: Int) -> Int {
    let fourth = CivilDate.firstDay(year: year, month: 1).adding(days: 3)
    return fourth.daysSinceEpoch - (fourth.weekdayIndex - weekStart + 7) % 7
  }
}

extension CivilDate {
  /// Monday is 0.
  var weekdayIndex: Int { ((daysSinceEpoch + 3) % 7 + 7) % 7 }

  /// The first day of a month; months past December run on into the years after.
  static func firstDay(year: Int, month: Int) -> CivilDate {
    let months = year * 12 + month - 1
    // No date of four digits lies past this, and none of ours before year 0: the walk ends there.
    guard let date = CivilDate(year: months / 12, month: months % 12 + 1, day: 1) else {
      return CivilDate(daysSinceEpoch: 2_932_897)
    }
    return date
  }
}
