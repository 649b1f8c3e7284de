/// A date of the proleptic Gregorian calendar, in nobody's zone yet.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let year: Int
  package let month: Int
  package let day: Int

  /// Nil unless the date exists and its year has four digits, as RFC 3339 wants it.
  package init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDate.length(ofMonth: month, in: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days since 1970-01-01, by Howard Hinnant's `days_from_civil` (chrono-compatible date algorithms).
  package var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The inverse, `civil_from_days` of the same source.
  package init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  package func adding(days: Int) -> CivilDate {
    CivilDate(daysSinceEpoch: daysSinceEpoch + days)
  }

  package var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    let index = ((daysSinceEpoch + 3) % 7 + 7) % 7
    return Weekday.allCases[index]
  }

  package static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package static func < (a: CivilDate, b: CivilDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  /// `YYYY-MM-DD`.
  package var description: String {
    var text = [UInt8]()
    text.append(self)
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads exactly `YYYY-MM-DD`.
  package init?(_ text: some StringProtocol) {
    var reader = DigitReader(text.utf8)
    guard let year = reader.number(width: 4), reader.skip("-"),
      let month = reader.number(width: 2), reader.skip("-"),
      let day = reader.number(width: 2), reader.isAtEnd
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

/// Monday first, as ISO 8601 counts.
package enum Weekday: String, CaseIterable, Sendable, Hashable {
  case mon, tue, wed, thu, fri, sat, sun
}

/// A wall-clock reading without a zone: what a clock on the wall shows.
package struct LocalDateTime: Hashable, Comparable, Sendable {
  package let date: CivilDate
  /// Seconds since the date's 00:00, 0..<86 400.
  package let secondOfDay: Int

  package init(date: CivilDate, secondOfDay: Int) {
    invariant((0..<86_400).contains(secondOfDay), "a second of the day")
    self.date = date
    self.secondOfDay = secondOfDay
  }

  package init(date: CivilDate, hour: Int, minute: Int, second: Int = 0) {
    self.init(date: date, secondOfDay: hour * 3600 + minute * 60 + second)
  }

  /// The reading of a clock that runs `offsetSeconds` ahead of UTC.
  package init(_ instant: Timestamp, offsetSeconds: Int) {
    let local = instant.seconds + Int64(offsetSeconds)
    let days = floorDivide(local, 86_400)
    date = CivilDate(daysSinceEpoch: Int(days))
    secondOfDay = Int(local - days * 86_400)
  }

  /// The instant at which a clock `offsetSeconds` ahead of UTC shows this.
  package func instant(offsetSeconds: Int) -> Timestamp {
    Timestamp(
      seconds: Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay) - Int64(offsetSeconds))
  }

  package var hour: Int { secondOfDay / 3600 }
  package var minute: Int { secondOfDay / 60 % 60 }
  package var second: Int { secondOfDay % 60 }

  package static func < (a: LocalDateTime, b: LocalDateTime) -> Bool {
    (a.date, a.secondOfDay) < (b.date, b.secondOfDay)
  }
}
