import Core

/// A delta link, with the end of the window that it was made for: the link holds it too, but is not ours to
/// read.
struct OutlookPosition {
  let windowEnd: Timestamp
  let link: String

  init(windowEnd: Timestamp, link: String) {
    self.windowEnd = windowEnd
    self.link = link
  }

  init?(_ position: SyncPosition) {
    let parts = position.text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let end = Timestamp(rfc3339: String(parts[0])) else { return nil }
    self.init(windowEnd: end, link: String(parts[1]))
  }

  var position: SyncPosition { SyncPosition("\(windowEnd.rfc3339) \(link)") }
}
