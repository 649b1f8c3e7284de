import Bookings
import Core

extension Component {
  /// A VTIMEZONE (RFC 5545 section 3.6.5) with the offset in force when `interval` starts and each
  /// change from then until a year after it ends: enough for a single event, and never a guess
  /// about later years.
  static func timeZone(_ zone: Zone, around interval: Interval) -> Component {
    var observances: [Component] = []
    let current = lastTransition(of: zone, notAfter: interval.start)
    if let current {
      observances.append(observance(of: zone, from: current))
    } else {
      observances.append(unchangingObservance(of: zone, at: interval.start))
    }
    var previous = interval.start
    while let next = zone.nextTransition(after: previous),
      next.at <= interval.end || observances.count < 2 && next.at < interval.end + year
    {
      observances.append(observance(of: zone, from: next))
      previous = next.at
    }
    return Component("VTIMEZONE", [ContentLine("TZID", text: zone.name)], observances)
  }

  /// A little more than a year, so that the same change of the year before is always inside.
  private static var year: Duration { .days(400) }

  private static func lastTransition(of zone: Zone, notAfter instant: Timestamp) -> ZoneTransition?
  {
    var last: ZoneTransition?
    var previous = instant - year
    while let next = zone.nextTransition(after: previous), next.at <= instant {
      last = next
      previous = next.at
    }
    return last
  }

  private static func observance(of zone: Zone, from change: ZoneTransition) -> Component {
    observance(
      of: zone, at: change.at,
      local: LocalDateTime(change.at, offsetSeconds: change.offsetBefore),
      before: change.offsetBefore, after: change.offsetAfter)
  }

  /// Clocks that have not changed for a year: one observance since the beginning.
  private static func unchangingObservance(of zone: Zone, at instant: Timestamp) -> Component {
    let offset = zone.offsetSeconds(at: instant)
    return observance(
      of: zone, at: instant,
      local: LocalDateTime(Timestamp(seconds: 0), offsetSeconds: 0), before: offset, after: offset)
  }

  private static func observance(
    of zone: Zone, at instant: Timestamp, local: LocalDateTime, before: Int, after: Int
  ) -> Component {
    // Clocks that go forward begin daylight time, as calendar programs understand it; Ireland's law
    // calls its winter the exception, which they do not.
    Component(
      after > before ? "DAYLIGHT" : "STANDARD",
      [
        ContentLine("DTSTART", value: TimeValue.text(local)),
        ContentLine("TZOFFSETFROM", value: offsetText(before)),
        ContentLine("TZOFFSETTO", value: offsetText(after)),
        ContentLine("TZNAME", text: zone.abbreviation(at: instant)),
      ])
  }

  /// `-0500`, with seconds only where there are any (section 3.3.14).
  private static func offsetText(_ seconds: Int) -> String {
    var digits: [UInt8] = []
    digits.append(digits: abs(seconds) / 3600, width: 2)
    digits.append(digits: abs(seconds) / 60 % 60, width: 2)
    if seconds % 60 != 0 { digits.append(digits: abs(seconds) % 60, width: 2) }
    return (seconds < 0 ? "-" : "+") + String(decoding: digits, as: UTF8.self)
  }
}
