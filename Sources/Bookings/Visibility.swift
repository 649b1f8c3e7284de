import Core

/// Which of the link's days may be booked at all.
package enum Visibility: Equatable, Sendable {
  /// Today and the days after it, so many in all, in the link's zone.
  case rollingDays(Int)
  /// Both included, in the link's zone.
  case dates(from: CivilDate, to: CivilDate)
}
