/// A DURATION (RFC 5545 section 3.3.6). Days are nominal: they keep the time on the wall over a
/// change of the clocks; hours are elapsed time.
struct DurationValue: Equatable, Sendable {
  var days: Int
  var seconds: Int

  /// `P1DT2H`, `-PT15M`, `P2W`.
  init(_ text: some StringProtocol, of line: ContentLine) throws(ICalendarError) {
    var reader = FieldReader(text.utf8)
    let sign = reader.skip("-") ? -1 : 1
    _ = reader.skip("+")
    guard reader.skip("P") || reader.skip("p"), !reader.isAtEnd else {
      throw .malformed(line: line.line, detail: "\(line.name) holds no duration")
    }
    days = 0
    seconds = 0
    var isTime = false
    while !reader.isAtEnd {
      if reader.skip("T") { isTime = true }
      guard let number = reader.number() else {
        throw .malformed(line: line.line, detail: "\(line.name) holds no duration")
      }
      if !isTime, reader.skip("W") {
        days += number * 7
      } else if !isTime, reader.skip("D") {
        days += number
      } else if isTime, reader.skip("H") {
        seconds += number * 3600
      } else if isTime, reader.skip("M") {
        seconds += number * 60
      } else if isTime, reader.skip("S") {
        seconds += number
      } else {
        throw .malformed(line: line.line, detail: "\(line.name) holds no duration")
      }
      // Checked at every step, so that no text can bring the sums near overflow.
      guard days + seconds / 86_400 <= ICalendarLimit.durationDays else {
        throw .malformed(line: line.line, detail: "\(line.name) is longer than a century")
      }
    }
    days *= sign
    seconds *= sign
  }
}
