/// The provider's own video meeting, Meet or Teams, on an event.
package enum Conference: Equatable, Sendable {
  case none
  /// Asked for and still being made: reading the event back shows it, mostly within seconds.
  case pending
  /// Where people join.
  case ready(url: String)
  /// Asked for, and the calendar does not make one.
  case refused

  package var url: String? {
    if case .ready(let url) = self { return url }
    return nil
  }
}
