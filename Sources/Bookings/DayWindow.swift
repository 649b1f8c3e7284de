/// A stretch of one day on the wall.
package struct DayWindow: Equatable, Sendable {
  /// Minutes since 00:00 on the wall, 0..<1440.
  package var fromMinute: Int
  /// Minutes since 00:00, 0...1440 (1440 is the day's end, written `24:00`). Not later than `fromMinute`
  /// means: on the next day, so that 18:00 to 00:00 ends at midnight.
  package var toMinute: Int

  package init(fromMinute: Int, toMinute: Int) {
    self.fromMinute = fromMinute
    self.toMinute = toMinute
  }

  /// Where it ends, counted from the 00:00 before its start.
  var lastMinute: Int { toMinute > fromMinute ? toMinute : toMinute + 1440 }
}
