import Core

/// Other hours than the weekly ones on one date of the link's zone, or none: a day off. It decides about
/// the whole date: a window of the date before that goes on after midnight ends at that midnight.
package struct DateOverride: Equatable, Sendable {
  package var date: CivilDate
  /// Empty is closed.
  package var windows: [DayWindow]

  package init(date: CivilDate, windows: [DayWindow]) {
    self.date = date
    self.windows = windows
  }
}
