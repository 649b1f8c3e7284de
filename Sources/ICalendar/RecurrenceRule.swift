import Core

/// A RECUR value (RFC 5545 section 3.3.10).
struct RecurrenceRule: Equatable, Sendable {
  enum Frequency: String, Sendable {
    case secondly = "SECONDLY"
    case minutely = "MINUTELY"
    case hourly = "HOURLY"
    case daily = "DAILY"
    case weekly = "WEEKLY"
    case monthly = "MONTHLY"
    case yearly = "YEARLY"
  }

  /// `2MO`: the second Monday of the period; ordinal 0: every one.
  struct OrdinalDay: Equatable, Sendable {
    var ordinal: Int
    /// Monday is 0.
    var weekday: Int
  }

  var frequency: Frequency
  var interval = 1
  var count: Int?
  var until: TimeValue?
  var months: [Int] = []
  var weekNumbers: [Int] = []
  var yearDays: [Int] = []
  var monthDays: [Int] = []
  var days: [OrdinalDay] = []
  var hours: [Int] = []
  var minutes: [Int] = []
  var seconds: [Int] = []
  var setPositions: [Int] = []
  /// Monday is 0, which is also the default.
  var weekStart = 0
  /// Where it was written, for errors.
  let line: Int
}

extension RecurrenceRule {
  /// Reads the rule; a part we do not know (RFC 7529's RSCALE) is an error, since a rule half
  /// understood would show busy time as free.
  init(_ line: ContentLine) throws(ICalendarError) {
    var parts: [(name: String, value: Substring)] = []
    for part in line.value.split(separator: ";") {
      guard let equals = part.firstIndex(of: "=") else { throw line.badRule("a part has no value") }
      parts.append((part[..<equals].uppercased(), part[part.index(after: equals)...]))
    }
    guard let frequency = parts.first(where: { $0.name == "FREQ" }),
      let frequency = Frequency(rawValue: frequency.value.uppercased())
    else { throw line.badRule("FREQ is missing or unknown") }
    self.init(frequency: frequency, line: line.line)
    for part in parts where part.name != "FREQ" { try read(part.name, part.value, of: line) }
  }

  private mutating func read(
    _ name: String, _ value: Substring, of line: ContentLine
  ) throws(ICalendarError) {
    switch name {
    case "INTERVAL": interval = try line.number(value, in: 1...ICalendarLimit.recurrenceWork)
    case "COUNT": count = try line.number(value, in: 1...9_999_999)
    case "UNTIL": until = try TimeValue(value, of: line)
    case "BYMONTH": months = try line.numbers(value, in: 1...12)
    case "BYWEEKNO": weekNumbers = try line.numbers(value, in: 1...53, orBackwards: true)
    case "BYYEARDAY": yearDays = try line.numbers(value, in: 1...366, orBackwards: true)
    case "BYMONTHDAY": monthDays = try line.numbers(value, in: 1...31, orBackwards: true)
    case "BYHOUR": hours = try line.numbers(value, in: 0...23)
    case "BYMINUTE": minutes = try line.numbers(value, in: 0...59)
    case "BYSECOND": seconds = try line.numbers(value, in: 0...60).map { min($0, 59) }
    case "BYSETPOS": setPositions = try line.numbers(value, in: 1...366, orBackwards: true)
    case "BYDAY":
      for day in value.split(separator: ",") { days.append(try line.ordinalDay(day)) }
    case "WKST": weekStart = try line.weekday(value)
    // Exporters' own parts do not change the set.
    case _ where name.hasPrefix("X-"): break
    default: throw line.badRule("a part of it is not understood")
    }
  }
}

extension ContentLine {
  fileprivate func badRule(_ detail: String) -> ICalendarError {
    .malformed(line: line, detail: "\(name): \(detail)")
  }

  fileprivate func number(
    _ text: Substring, in range: ClosedRange<Int>, orBackwards: Bool = false
  ) throws(ICalendarError) -> Int {
    var reader = FieldReader(text.utf8)
    let sign = reader.skip("-") ? -1 : 1
    _ = reader.skip("+")
    guard let number = reader.number(), reader.isAtEnd, range.contains(number),
      sign > 0 || orBackwards
    else { throw badRule("a number is missing or out of range") }
    return sign * number
  }

  fileprivate func numbers(
    _ text: Substring, in range: ClosedRange<Int>, orBackwards: Bool = false
  ) throws(ICalendarError) -> [Int] {
    var numbers: [Int] = []
    for part in text.split(separator: ",") {
      numbers.append(try number(part, in: range, orBackwards: orBackwards))
    }
    return numbers
  }

  fileprivate func ordinalDay(
    _ text: Substring
  ) throws(ICalendarError) -> RecurrenceRule.OrdinalDay {
    let weekday = try weekday(text.suffix(2))
    let prefix = text.dropLast(2)
    let ordinal = prefix.isEmpty ? 0 : try number(prefix, in: 1...53, orBackwards: true)
    return RecurrenceRule.OrdinalDay(ordinal: ordinal, weekday: weekday)
  }

  fileprivate func weekday(_ text: Substring) throws(ICalendarError) -> Int {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    guard let weekday = names.firstIndex(of: text.uppercased()) else {
      throw badRule("a weekday is unknown")
    }
    return weekday
  }
}
