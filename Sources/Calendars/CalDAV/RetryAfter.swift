import Core

/// The header with which a server says when to come back (RFC 9110 section 10.2.3).
enum RetryAfter {
  /// A server that asks for more than a day is mistaken about its clock or about us.
  static let longest = Duration.days(1)

  /// The instant meant, no further away than `longest`; nil if there is none to be read.
  static func instant(_ value: String?, now: Timestamp) -> Timestamp? {
    guard let value else { return nil }
    if let seconds = Int64(value), seconds >= 0 {
      return now + min(.seconds(seconds), longest)
    }
    guard let instant = httpDate(value) else { return nil }
    return max(now, min(instant, now + longest))
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`; the two older forms are no longer sent (section 5.6.7).
  private static func httpDate(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: String(parts[2])),
      let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    return Timestamp(rfc3339: "\(date)T\(parts[4])Z")
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
