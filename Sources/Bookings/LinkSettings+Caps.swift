import Core

/// A stretch of the owner's days in which a link takes so many bookings and no more.
package struct Cap: Equatable, Sendable {
  package let period: Interval
  package let maximum: Int

  package init(period: Interval, maximum: Int) {
    self.period = period
    self.maximum = maximum
  }
}

/// A start that a booking of the link keeps: its own, or the one that a reschedule has asked for.
package struct BookedStart: Equatable, Sendable {
  package let booking: BookingID
  package let start: Timestamp

  package init(booking: BookingID, start: Timestamp) {
    self.booking = booking
    self.start = start
  }
}

extension LinkSettings {
  package var hasCaps: Bool { maximumPerDay != nil || maximumPerWeek != nil }

  /// The caps that a booking with that start counts for.
  package func caps(at start: Timestamp, in zone: Zone) -> [Cap] {
    var caps: [Cap] = []
    if let maximumPerDay {
      caps.append(Cap(period: zone.dayInterval(at: start), maximum: maximumPerDay))
    }
    if let maximumPerWeek {
      caps.append(Cap(period: zone.weekInterval(at: start), maximum: maximumPerWeek))
    }
    return caps
  }

  /// The stretch whose booked starts decide whether slots in `starts` are within the caps; nil where there
  /// are no caps.
  package func capReach(ofSlotsIn starts: Interval, zone: Zone) -> Interval? {
    if maximumPerWeek != nil {
      return Interval(
        start: zone.weekInterval(at: starts.start).start,
        end: zone.weekInterval(at: starts.end).end)
    }
    guard maximumPerDay != nil else { return nil }
    return Interval(
      start: zone.dayInterval(at: starts.start).start, end: zone.dayInterval(at: starts.end).end)
  }
}
