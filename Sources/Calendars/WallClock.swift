import Core

/// An instant as the clocks of a zone show it, in the text that providers take.
struct WallClock {
  /// `2027-01-15T10:00:00`.
  let text: String
  /// `+01:00`.
  let offset: String

  /// Nil where the zone is ahead by a number of seconds, as in the nineteenth century: no text holds that.
  init?(_ instant: Timestamp, in zone: Zone) {
    let seconds = zone.offsetSeconds(at: instant)
    guard seconds % 60 == 0 else { return nil }
    let local = LocalDateTime(instant, offsetSeconds: seconds)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    text = "\(local.date)T\(two(local.hour)):\(two(local.minute)):\(two(local.second))"
    let minutes = abs(seconds) / 60
    offset = (seconds < 0 ? "-" : "+") + "\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
