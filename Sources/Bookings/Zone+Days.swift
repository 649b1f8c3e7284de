import Core

// Days as stretches of time. A day of a zone lasts from the first instant at which its clocks show the
// date until the first one of the next; so that days follow each other without gap or overlap, even where
// clocks that go back at midnight show the end of a date once more.

extension Zone {
  package func day(at instant: Timestamp) -> CivilDate {
    let date = local(at: instant).date
    let next = date.adding(days: 1)
    return instant >= startOfDay(next) ? next : date
  }

  func interval(of date: CivilDate) -> Interval {
    Interval(start: startOfDay(date), end: startOfDay(date.adding(days: 1)))
  }

  func dayInterval(at instant: Timestamp) -> Interval { interval(of: day(at: instant)) }

  /// From Monday, as ISO 8601 counts weeks.
  func weekInterval(at instant: Timestamp) -> Interval {
    let date = day(at: instant)
    let monday = date.adding(days: -(Weekday.allCases.firstIndex(of: date.weekday) ?? 0))
    return Interval(start: startOfDay(monday), end: startOfDay(monday.adding(days: 7)))
  }
}
