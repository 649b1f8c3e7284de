import Core

/// Working hours that recur every week: on each of `days`, from one minute of the day to another.
package struct WeeklyWindow: Equatable, Sendable {
  package var days: Set<Weekday>
  package var hours: DayWindow

  package init(days: Set<Weekday>, fromMinute: Int, toMinute: Int) {
    self.days = days
    hours = DayWindow(fromMinute: fromMinute, toMinute: toMinute)
  }

  package static let officeHours = WeeklyWindow(
    days: [.mon, .tue, .wed, .thu, .fri], fromMinute: 9 * 60, toMinute: 17 * 60)
}
