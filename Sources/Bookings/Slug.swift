/// The rules for a slug that a host chooses. An unchosen one is made of randomness and is always allowed.
package enum Slug {
  /// Shorter ones are too few to share, longer ones nobody types.
  package static let characters = 3...64

  /// What is wrong with `text`, to follow the field's name; nil where it may be had.
  package static func problem(_ text: String) -> String? {
    guard characters.contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else {
      return
        "must be \(characters.lowerBound) to \(characters.upperBound) lower-case letters a to z, "
        + "digits and hyphens"
    }
    return reserved.contains(text) ? "is reserved" : nil
  }

  /// Names of our own routes and those that a phisher would like to have.
  private static let reserved: Set<String> = [
    "admin", "api", "assets", "book", "bookend", "booking", "bookings", "cancel", "config",
    "events",
    "healthz", "help", "invite", "jobs", "link", "links", "login", "logout", "mcp", "metrics",
    "new",
    "null", "openapi", "ops", "problems", "readyz", "reschedule", "security", "signin", "signup",
    "slots", "static", "support", "undefined", "www",
  ]

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
