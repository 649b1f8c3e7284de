extension Timestamp {
  /// `2026-03-10T17:00:00Z`, with `.123` only where there are milliseconds (RFC 3339 section 5.6).
  package var rfc3339: String {
    var text = [UInt8]()
    text.append(rfc3339: self)
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads an RFC 3339 date-time with `Z` or a numeric offset; digits past the millisecond are cut.
  /// A leap second, `T24:00` and an instant without an offset are no instants here.
  package init?(rfc3339 text: some StringProtocol) {
    var reader = DigitReader(text.utf8)
    guard let year = reader.number(width: 4), reader.skip("-"),
      let month = reader.number(width: 2), reader.skip("-"),
      let day = reader.number(width: 2), reader.skip("T") || reader.skip("t"),
      let hour = reader.number(width: 2), reader.skip(":"),
      let minute = reader.number(width: 2), reader.skip(":"),
      let second = reader.number(width: 2),
      let date = CivilDate(year: year, month: month, day: day),
      hour < 24, minute < 60, second < 60
    else { return nil }

    var fraction = 0
    if reader.skip(".") {
      guard let milliseconds = reader.fraction(digits: 3) else { return nil }
      fraction = milliseconds
    }
    var offset = 0
    if !(reader.skip("Z") || reader.skip("z")) {
      let sign = reader.skip("+") ? 1 : reader.skip("-") ? -1 : 0
      guard sign != 0, let hours = reader.number(width: 2), reader.skip(":"),
        let minutes = reader.number(width: 2), hours < 24, minutes < 60
      else { return nil }
      offset = sign * (hours * 3600 + minutes * 60)
    }
    guard reader.isAtEnd else { return nil }
    let local = LocalDateTime(date: date, hour: hour, minute: minute, second: second)
    let instant = local.instant(offsetSeconds: offset)
    self.init(milliseconds: instant.milliseconds + Int64(fraction))
  }
}

/// Reads fixed-width decimal fields from the front of some UTF-8.
struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8 {
  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func number(width: Int) -> Int? {
    var value = 0
    for _ in 0..<width {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// The leading digits of a fraction, as many as wanted (missing ones are zero), the rest skipped.
  mutating func fraction(digits: Int) -> Int? {
    guard let first = digit() else { return nil }
    var value = first
    var count = 1
    while let next = digit() {
      if count < digits { value = value * 10 + next }
      count += 1
    }
    while count < digits {
      value *= 10
      count += 1
    }
    return value
  }

  private mutating func digit() -> Int? {
    guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
      return nil
    }
    rest = rest.dropFirst()
    return Int(byte - UInt8(ascii: "0"))
  }
}

extension [UInt8] {
  /// Appends `timestamp.rfc3339`, without a string on the way: pages list hundreds of instants.
  mutating func append(rfc3339 timestamp: Timestamp) {
    let local = LocalDateTime(timestamp, offsetSeconds: 0)
    let fraction = Int(timestamp.milliseconds - timestamp.seconds * 1000)
    append(local.date)
    append(UInt8(ascii: "T"))
    append(digits: local.hour, width: 2)
    append(UInt8(ascii: ":"))
    append(digits: local.minute, width: 2)
    append(UInt8(ascii: ":"))
    append(digits: local.second, width: 2)
    if fraction != 0 {
      append(UInt8(ascii: "."))
      append(digits: fraction, width: 3)
    }
    append(UInt8(ascii: "Z"))
  }

  /// Appends `YYYY-MM-DD`.
  mutating func append(_ date: CivilDate) {
    append(digits: date.year, width: 4)
    append(UInt8(ascii: "-"))
    append(digits: date.month, width: 2)
    append(UInt8(ascii: "-"))
    append(digits: date.day, width: 2)
  }

  /// Appends a non-negative number in decimal, padded with zeros to `width`.
  package mutating func append(digits value: Int, width: Int) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
