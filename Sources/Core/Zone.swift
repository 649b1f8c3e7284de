/// An IANA time zone: when its clocks show what. Get one from `ZoneDatabase`.
///
/// The two ways back from a clock's reading to an instant differ only in a gap, where clocks jump forward
/// over it. Both take the first occurrence of a reading that clocks show twice.
package struct Zone: Sendable {
  /// The IANA name as asked for, which may be an alias.
  package let name: String
  private let periods: ZonePeriods

  init(name: String, periods: ZonePeriods) {
    self.name = name
    self.periods = periods
  }

  /// Works without any file.
  package static let utc = Zone(name: "UTC", periods: .utc)

  /// Seconds that its clocks are ahead of UTC.
  package func offsetSeconds(at instant: Timestamp) -> Int {
    periods.offset(at: instant.seconds)
  }

  /// What the zone calls its time then, such as `CEST`; where it has no word for it, `+0545`.
  package func abbreviation(at instant: Timestamp) -> String {
    periods.type(at: instant.seconds).abbreviation
  }

  /// Whether the zone's own rules call it daylight saving. In Dublin that is the winter.
  package func isDaylight(at instant: Timestamp) -> Bool {
    periods.type(at: instant.seconds).isDaylight
  }

  /// What its clocks show.
  package func local(at instant: Timestamp) -> LocalDateTime {
    LocalDateTime(instant, offsetSeconds: offsetSeconds(at: instant))
  }

  /// The first instant at which its clocks show `reading` or later: for the edge of a window. A reading
  /// inside a gap is the gap's end, so 02:30 is 03:00 on the day when clocks go from 02:00 to 03:00.
  package func instant(of reading: LocalDateTime) -> Timestamp {
    switch periods.occurrence(ofLocal: reading.secondsAsUTC) {
    case .at(let seconds): Timestamp(seconds: seconds)
    case .inGap(let end, _): Timestamp(seconds: end)
    }
  }

  /// The instant of `reading` by the offset before the gap, if it is in one: 02:30 is what clocks call
  /// 03:30 that day. That is how iCalendar reads local times (RFC 5545 section 3.3.5).
  package func instantKeepingOffset(of reading: LocalDateTime) -> Timestamp {
    switch periods.occurrence(ofLocal: reading.secondsAsUTC) {
    case .at(let seconds): Timestamp(seconds: seconds)
    case .inGap(_, let offsetBefore):
      Timestamp(seconds: reading.secondsAsUTC - Int64(offsetBefore))
    }
  }

  /// The first instant of a date, which need not be its midnight. A date that the zone leaves out, as
  /// Apia did 2011-12-30, starts when the one after it does.
  package func startOfDay(_ date: CivilDate) -> Timestamp {
    instant(of: LocalDateTime(date: date, secondOfDay: 0))
  }

  /// The first change of offset later than `instant`, or nil where clocks never change again.
  package func nextTransition(after instant: Timestamp) -> ZoneTransition? {
    periods.nextTransition(after: instant.seconds)
  }
}

extension LocalDateTime {
  /// Seconds since 1970 on a clock that shows UTC.
  fileprivate var secondsAsUTC: Int64 {
    Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay)
  }
}
