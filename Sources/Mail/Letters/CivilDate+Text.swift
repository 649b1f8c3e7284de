import Core

extension CivilDate {
  /// `Tuesday`.
  var weekdayName: String {
    switch weekday {
    case .mon: "Monday"
    case .tue: "Tuesday"
    case .wed: "Wednesday"
    case .thu: "Thursday"
    case .fri: "Friday"
    case .sat: "Saturday"
    case .sun: "Sunday"
    }
  }

  /// `March`.
  var monthName: String {
    [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ][month - 1]
  }

  /// `Tuesday 10 March 2026`, `Tuesday, March 10, 2026`, `Tuesday, 2026 March 10`.
  func longText(_ order: ReaderLocale.DateOrder) -> String {
    switch order {
    case .dayFirst: "\(weekdayName) \(day) \(monthName) \(year)"
    case .monthFirst: "\(weekdayName), \(monthName) \(day), \(year)"
    case .yearFirst: "\(weekdayName), \(year) \(monthName) \(day)"
    }
  }

  /// `Tue 10 Mar 2026`, `Tue, Mar 10, 2026`, `Tue, 2026 Mar 10`.
  func shortText(_ order: ReaderLocale.DateOrder) -> String {
    let weekday = weekdayName.prefix(3)
    let month = monthName.prefix(3)
    return switch order {
    case .dayFirst: "\(weekday) \(day) \(month) \(year)"
    case .monthFirst: "\(weekday), \(month) \(day), \(year)"
    case .yearFirst: "\(weekday), \(year) \(month) \(day)"
    }
  }
}

extension LocalDateTime {
  /// `18:00` or `6:00 PM`.
  func clockText(_ clock: ReaderLocale.Clock) -> String {
    switch clock {
    case .hours24: "\(hour.twoDigits):\(minute.twoDigits)"
    case .hours12:
      "\(hour % 12 == 0 ? 12 : hour % 12):\(minute.twoDigits) \(hour < 12 ? "AM" : "PM")"
    }
  }
}

extension Int {
  var twoDigits: String { self < 10 ? "0\(self)" : String(self) }
}
