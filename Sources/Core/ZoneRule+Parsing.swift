extension ZoneRule {
  /// Reads a POSIX TZ text with the extensions of RFC 8536 section 3.3.1.
  init(footer: some Collection<UInt8>) throws(ZoneFault) {
    var reader = RuleReader(footer)
    let name = try reader.abbreviation()
    // POSIX counts westwards, we eastwards.
    let offset = -(try reader.time(hours: 0...24))
    standard = ZoneTimeType(offset: offset, isDaylight: false, abbreviation: name)
    if reader.isAtEnd {
      daylight = nil
      return
    }

    let daylightName = try reader.abbreviation()
    let daylightOffset =
      reader.next == UInt8(ascii: ",") ? offset + 3600 : -(try reader.time(hours: 0...24))
    let begins = try reader.moment()
    let ends = try reader.moment()
    guard reader.isAtEnd else { throw .rule }
    daylight = Daylight(
      standard: standard,
      daylight: ZoneTimeType(
        offset: daylightOffset, isDaylight: true, abbreviation: daylightName),
      begins: begins, ends: ends)
  }
}

/// Takes the parts of a POSIX TZ text from its front.
private struct RuleReader<Text: Collection> where Text.Element == UInt8 {
  private var rest: Text.SubSequence

  init(_ text: Text) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }
  var next: UInt8? { rest.first }

  /// Three letters or more, or with digits and signs between angle brackets.
  mutating func abbreviation() throws(ZoneFault) -> String {
    let isQuoted = skip("<")
    var name: [UInt8] = []
    while let byte = next, isQuoted ? byte != UInt8(ascii: ">") : isLetter(byte) {
      guard isLetter(byte) || isQuoted && isDigitOrSign(byte) else { throw .rule }
      name.append(byte)
      rest = rest.dropFirst()
    }
    guard name.count >= 3, !isQuoted || skip(">") else { throw .rule }
    return String(decoding: name, as: UTF8.self)
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func time(hours: ClosedRange<Int>) throws(ZoneFault) -> Int {
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    var seconds = try number(hours) * 3600
    if skip(":") {
      seconds += try number(0...59) * 60
      if skip(":") { seconds += try number(0...59) }
    }
    return isNegative ? -seconds : seconds
  }

  /// `,Mm.w.d`, `,Jn` or `,n`, each with `/time` where it is not 02:00.
  mutating func moment() throws(ZoneFault) -> ZoneRule.Moment {
    guard skip(",") else { throw .rule }
    let day: ZoneRule.Day
    if skip("M") {
      let month = try number(1...12)
      guard skip(".") else { throw .rule }
      let week = try number(1...5)
      guard skip(".") else { throw .rule }
      day = .weekday(month: month, week: week, weekday: try number(0...6))
    } else if skip("J") {
      day = .ofCommonYear(try number(1...365))
    } else {
      day = .ofYear(try number(0...365))
    }
    return ZoneRule.Moment(day: day, seconds: skip("/") ? try time(hours: 0...167) : 7200)
  }

  private mutating func number(_ limits: ClosedRange<Int>) throws(ZoneFault) -> Int {
    var digits = 0
    var value = 0
    while let byte = next, isDigit(byte) {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
      guard digits <= 3 else { throw .rule }
      rest = rest.dropFirst()
    }
    guard digits > 0, limits.contains(value) else { throw .rule }
    return value
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private func isDigitOrSign(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }
}
