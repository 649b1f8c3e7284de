import HTTPServer

extension Request {
  /// Whether the answer should be JSON rather than a page: `Accept` names it, and does not like
  /// HTML better (RFC 9110 section 12.5.1). `*/*` alone is a page: a person who follows the link
  /// with any tool reads it.
  var prefersJSON: Bool {
    var json = 0.0
    var html = 0.0
    for header in headers.values("accept") {
      for range in header.lowercased().split(separator: ",") {
        let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
        let quality = weight.flatMap { Double($0.dropFirst(2)) } ?? 1
        switch parts.first {
        case "application/json", "application/problem+json", "application/*":
          json = max(json, quality)
        case "text/html", "application/xhtml+xml": html = max(html, quality)
        default: break
        }
      }
    }
    return json > 0 && json >= html
  }

  /// The first language tag that the browser sends, such as `en-US`; empty where it sends none that could be
  /// one (RFC 5646 section 2.1 has letters, digits and hyphens; section 4.4.1 that 35 are enough).
  var locale: String {
    let first = headers["accept-language"]?.split(separator: ",").first ?? ""
    let tag = first.prefix { $0 != ";" }.filter { $0 != " " }
    let isTag = tag.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    return isTag && tag.utf8.count <= 35 ? tag : ""
  }

  /// Clocks of twelve hours where the guest's first language is written with them.
  var clock: DateText.Clock {
    headers["accept-language"]?.lowercased().hasPrefix("en-us") == true ? .hours12 : .hours24
  }
}
