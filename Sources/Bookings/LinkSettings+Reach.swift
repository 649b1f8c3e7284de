import Core

extension LinkSettings {
  /// The stretch in which taken time decides about slots that start in `starts`: what a caller must know
  /// of calendars and claims before it asks `Availability`.
  package func reach(ofSlotsIn starts: Interval) -> Interval {
    let longest = Duration.minutes(durationsMinutes.max() ?? 0)
    return starts.widened(before: bufferBefore, after: longest + bufferAfter)
  }
}
