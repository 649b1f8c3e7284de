import Core

/// A meeting's time in words for one person: in their zone, and saying which that is.
package struct MeetingTime: Sendable {
  package let start: Timestamp
  package let end: Timestamp
  package let zone: Zone

  package init(start: Timestamp, end: Timestamp, zone: Zone) {
    self.start = start
    self.end = end
    self.zone = zone
  }

  /// `Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)`. Where the meeting ends on
  /// another day, or its clocks change meanwhile, both ends are written out.
  package var text: String {
    let from = zone.local(at: start)
    let to = zone.local(at: end)
    let offset = offsetText(at: start)
    let endOffset = offsetText(at: end)
    if offset != endOffset {
      return "\(from.date.longText), \(from.clockText) (\(offset)) – "
        + "\(to.date.longText), \(to.clockText) (\(endOffset)) (\(zone.name))"
    }
    let until =
      from.date == to.date
      ? "–\(to.clockText)" : " – \(to.date.longText), \(to.clockText)"
    return "\(from.date.longText), \(from.clockText)\(until) (\(zone.name), \(offset))"
  }

  /// `Tue 10 Mar 2026 18:00 (Europe/London)`, for a subject.
  package var shortText: String {
    let from = zone.local(at: start)
    return "\(from.date.shortText) \(from.clockText) (\(zone.name))"
  }

  private func offsetText(at instant: Timestamp) -> String {
    let seconds = zone.offsetSeconds(at: instant)
    let minutes = abs(seconds) / 60
    return "UTC\(seconds < 0 ? "-" : "+")\((minutes / 60).twoDigits):\((minutes % 60).twoDigits)"
  }
}
