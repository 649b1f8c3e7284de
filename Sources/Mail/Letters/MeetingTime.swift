import Core

/// A meeting's time in words for one person: in their zone, the way they read times, and saying
/// which zone that is.
package struct MeetingTime: Sendable {
  package let start: Timestamp
  package let end: Timestamp
  package let zone: Zone
  package let locale: ReaderLocale

  package init(
    start: Timestamp, end: Timestamp, zone: Zone, locale: ReaderLocale = .neutral
  ) {
    self.start = start
    self.end = end
    self.zone = zone
    self.locale = locale
  }

  /// `Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)`. Where the meeting ends on
  /// another day, or its clocks change meanwhile, both ends are written out.
  package var text: String {
    let from = zone.local(at: start)
    let to = zone.local(at: end)
    let offset = offsetText(at: start)
    let endOffset = offsetText(at: end)
    if offset != endOffset {
      return "\(long(from)) (\(offset)) – \(long(to)) (\(endOffset)) (\(zoneName))"
    }
    let until =
      from.date == to.date ? "–\(to.clockText(locale.clock))" : " – \(long(to))"
    return "\(long(from))\(until) (\(zoneName), \(offset))"
  }

  /// `Tue 10 Mar 2026 18:00 (Europe/London)`, for a subject.
  package var shortText: String {
    let from = zone.local(at: start)
    return "\(from.date.shortText(locale.dateOrder)) \(from.clockText(locale.clock)) (\(zoneName))"
  }

  private func long(_ local: LocalDateTime) -> String {
    "\(local.date.longText(locale.dateOrder)), \(local.clockText(locale.clock))"
  }

  /// As people write it: `America/New York`.
  private var zoneName: String { String(zone.name.map { $0 == "_" ? " " : $0 }) }

  private func offsetText(at instant: Timestamp) -> String {
    let seconds = zone.offsetSeconds(at: instant)
    let minutes = abs(seconds) / 60
    return "UTC\(seconds < 0 ? "-" : "+")\((minutes / 60).twoDigits):\((minutes % 60).twoDigits)"
  }
}
