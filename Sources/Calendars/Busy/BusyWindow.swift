import Bookings
import Core

/// Which stretch of a calendar is read when some time in it is asked about.
enum BusyWindow {
  /// A month and some days: the page's first month, and the check of a slot on it, share a reading.
  static let shortest = Duration.days(36)

  /// Whole days of UTC around `asked`, with one to spare on either side for buffers.
  static func around(_ asked: Interval) -> Interval {
    let day: Int64 = 86_400
    let start = Timestamp(seconds: (floorDivide(asked.start.seconds, day) - 1) * day)
    let end = Timestamp(seconds: (floorDivide(asked.end.seconds, day) + 2) * day)
    return Interval(start: start, end: max(end, start + shortest))
  }
}
