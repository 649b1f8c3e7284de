import Core

/// A DATE or DATE-TIME as it is written, before anybody asked what instant it means
/// (RFC 5545 sections 3.3.4 and 3.3.5).
enum TimeValue: Equatable, Sendable {
  case date(CivilDate)
  case utc(Timestamp)
  case floating(LocalDateTime)
  case zoned(LocalDateTime, zone: String)

  /// What the clock or calendar on the wall shows; for UTC the wall is in Greenwich.
  var local: LocalDateTime {
    switch self {
    case .date(let date): LocalDateTime(date: date, secondOfDay: 0)
    case .utc(let instant): LocalDateTime(instant, offsetSeconds: 0)
    case .floating(let local), .zoned(let local, _): local
    }
  }

  var isDate: Bool {
    if case .date = self { true } else { false }
  }

  /// The only value of a property such as DTSTART.
  init(_ line: ContentLine) throws(ICalendarError) {
    self = try TimeValue(line.value, of: line)
  }

  /// The values of a property such as EXDATE.
  static func list(_ line: ContentLine) throws(ICalendarError) -> [TimeValue] {
    var values: [TimeValue] = []
    for part in line.value.split(separator: ",") { values.append(try TimeValue(part, of: line)) }
    return values
  }

  /// One value in the words of `line`, whose parameters say how to read it. Eight digits are a date
  /// even where VALUE=DATE was forgotten.
  init(_ text: some StringProtocol, of line: ContentLine) throws(ICalendarError) {
    var reader = FieldReader(text.utf8)
    guard let year = reader.number(digits: 4), let month = reader.number(digits: 2),
      let day = reader.number(digits: 2),
      let date = CivilDate(year: year, month: month, day: day)
    else { throw .malformed(line: line.line, detail: "\(line.name) holds no date") }
    if reader.isAtEnd {
      self = .date(date)
      return
    }
    guard reader.skip("T") || reader.skip("t"), let hour = reader.number(digits: 2),
      let minute = reader.number(digits: 2), let second = reader.number(digits: 2),
      hour < 24, minute < 60, second <= 60
    else { throw .malformed(line: line.line, detail: "\(line.name) holds no time") }
    let isUTC = reader.skip("Z") || reader.skip("z")
    guard reader.isAtEnd else {
      throw .malformed(line: line.line, detail: "\(line.name) holds no time")
    }
    // A leap second is the second before it: POSIX time has no room for it.
    let local = LocalDateTime(date: date, hour: hour, minute: minute, second: min(second, 59))
    if isUTC {
      self = .utc(local.instant(offsetSeconds: 0))
    } else if let zone = line["TZID"] {
      self = .zoned(local, zone: zone)
    } else {
      self = .floating(local)
    }
  }
}

extension TimeValue {
  /// `20260310`.
  static func text(_ date: CivilDate) -> String {
    var text: [UInt8] = []
    text.append(digits: date.year, width: 4)
    text.append(digits: date.month, width: 2)
    text.append(digits: date.day, width: 2)
    return String(decoding: text, as: UTF8.self)
  }

  /// `20260310T170000`.
  static func text(_ local: LocalDateTime) -> String {
    var time: [UInt8] = []
    time.append(digits: local.hour, width: 2)
    time.append(digits: local.minute, width: 2)
    time.append(digits: local.second, width: 2)
    return "\(text(local.date))T\(String(decoding: time, as: UTF8.self))"
  }

  /// `20260310T170000Z`; milliseconds are cut.
  static func text(_ instant: Timestamp) -> String {
    text(LocalDateTime(instant, offsetSeconds: 0)) + "Z"
  }
}

/// Reads decimal fields from the front of some UTF-8.
struct FieldReader<Bytes: Collection> where Bytes.Element == UInt8 {
  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Exactly so many digits.
  mutating func number(digits: Int) -> Int? {
    let field = rest.prefix(digits)
    guard field.count == digits, let value = decimal(field) else { return nil }
    rest = rest.dropFirst(digits)
    return value
  }

  /// All digits that follow; nil for none, or for more than seven: no field of ours counts in tens
  /// of millions, and arithmetic stays far from overflow.
  mutating func number() -> Int? {
    let field = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...7).contains(field.count), let value = decimal(field) else { return nil }
    rest = rest.dropFirst(field.count)
    return value
  }

  private func decimal(_ field: Bytes.SubSequence) -> Int? {
    var value = 0
    for byte in field {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }
}
