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

  /// `Tuesday 10 March 2026`.
  var longText: String { "\(weekdayName) \(day) \(monthName) \(year)" }

  /// `Tue 10 Mar 2026`.
  var shortText: String { "\(weekdayName.prefix(3)) \(day) \(monthName.prefix(3)) \(year)" }
}

extension LocalDateTime {
  /// `18:00`.
  var clockText: String { "\(hour.twoDigits):\(minute.twoDigits)" }
}

extension Int {
  var twoDigits: String { self < 10 ? "0\(self)" : String(self) }
}
