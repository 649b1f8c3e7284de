/// Stretches of one offset, in order and without end on either side.
///
/// The years that only the zone's rule describes are laid out here once, for one cycle of the Gregorian
/// calendar: 400 years are a whole number of weeks, so every later instant behaves as the one so many
/// cycles before it. A look-up is then a binary search and nothing else.
final class ZonePeriods: Sendable {
  private struct Period {
    /// Seconds since 1970.
    let start: Int64
    /// That of its type, at hand for the look-up that is made most.
    let offset: Int
    let type: Int
  }

  /// The first starts before all instants.
  private let periods: [Period]
  private let types: [ZoneTimeType]
  /// The stretch that repeats for ever; nil where clocks do not change any more.
  private let cycle: Range<Int64>?

  static let utc = ZonePeriods(
    types: [ZoneTimeType(offset: 0, isDaylight: false, abbreviation: "UTC")], initial: 0,
    transitions: [], rule: nil)

  /// - Parameters:
  ///   - initial: The type in force before the first transition.
  ///   - transitions: Strictly ascending, all within `ZonePeriods.explicit`.
  ///   - rule: What holds after the last transition; nil to go on as the last one says.
  init(
    types: [ZoneTimeType], initial: Int, transitions: [(at: Int64, type: Int)],
    rule: ZoneRule.Daylight?
  ) {
    let types = rule.map { types + [$0.standard, $0.daylight] } ?? types
    self.types = types
    func period(_ start: Int64, _ type: Int) -> Period {
      Period(start: start, offset: types[type].offset, type: type)
    }
    var periods = [period(.min, initial)]
    for transition in transitions { periods.append(period(transition.at, transition.type)) }
    guard let rule else {
      self.periods = periods
      cycle = nil
      return
    }

    let last = transitions.last?.at ?? ZonePeriods.ruleStart
    let lastYear = CivilDate(daysSinceEpoch: Int(floorDivide(last, 86_400))).year
    // A rule's hour may lie a week outside its year: the cycle begins where nothing reaches back behind
    // the last transition, and years beyond both ends are laid out that the changes within depend on.
    let firstYear = lastYear + 2
    let start = ZoneRule.startOfYear(firstYear)
    cycle = start..<(start + ZonePeriods.gregorianCycle)
    let end = ZoneRule.startOfYear(firstYear + 402)

    for change in rule.changes(in: (lastYear - 1)...(firstYear + 403))
    where change.at > last && change.at < end {
      periods.append(period(change.at, change.isDaylight ? types.count - 1 : types.count - 2))
    }
    self.periods = periods
  }

  /// Where a zone's rule begins that has no transition before it.
  private static let ruleStart = ZoneRule.startOfYear(1600)
  /// The years of four digits, less those that a rule is laid out for around the last transition.
  static let explicit = ZoneRule.startOfYear(1)..<ZoneRule.startOfYear(9000)
  /// 400 years in seconds.
  private static let gregorianCycle: Int64 = 146_097 * 86_400
}

extension ZonePeriods {
  func offset(at seconds: Int64) -> Int {
    periods[index(at: seconds - shift(of: seconds))].offset
  }

  func type(at seconds: Int64) -> ZoneTimeType {
    types[periods[index(at: seconds - shift(of: seconds))].type]
  }

  enum Occurrence: Equatable {
    /// Seconds since 1970.
    case at(Int64)
    /// Clocks jump over it: at `end` they already show something later.
    case inGap(end: Int64, offsetBefore: Int)
  }

  /// When clocks first show `local`, given as the seconds since 1970 of a clock that shows UTC.
  func occurrence(ofLocal local: Int64) -> Occurrence {
    let shift = shift(of: local)
    let folded = local - shift
    // The earliest period that could show it is the one in force that long before; from there on every
    // period either shows it, has ended before it, or begins behind it.
    var index = index(at: folded - Int64(ZoneTimeType.offsets.upperBound) - 1)
    while true {
      let period = periods[index]
      let instant = folded - Int64(period.offset)
      if instant < period.start {
        return .inGap(end: period.start + shift, offsetBefore: periods[index - 1].offset)
      }
      if index + 1 == periods.count || instant < periods[index + 1].start {
        return .at(instant + shift)
      }
      index += 1
    }
  }

  func nextTransition(after seconds: Int64) -> ZoneTransition? {
    let shift = shift(of: seconds)
    var index = index(at: seconds - shift)
    while index + 1 < periods.count {
      let before = periods[index]
      let after = periods[index + 1]
      if before.offset != after.offset {
        return ZoneTransition(
          at: Timestamp(seconds: after.start + shift), offsetBefore: before.offset,
          offsetAfter: after.offset, abbreviationAfter: types[after.type].abbreviation,
          isDaylightAfter: types[after.type].isDaylight)
      }
      index += 1
    }
    return nil
  }

  /// How many seconds of whole cycles `seconds` lies behind the years that are laid out.
  private func shift(of seconds: Int64) -> Int64 {
    guard let cycle, seconds >= cycle.upperBound else { return 0 }
    let cycles = (seconds - cycle.upperBound) / ZonePeriods.gregorianCycle + 1
    return cycles * ZonePeriods.gregorianCycle
  }

  /// The last period that has begun.
  private func index(at seconds: Int64) -> Int {
    var low = 0
    var high = periods.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if periods[middle].start <= seconds { low = middle } else { high = middle }
    }
    return low
  }
}
