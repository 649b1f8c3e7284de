import Bookings

/// What is asked of a person, as small as the work allows, and what it is needed for in words: both
/// providers' consent can be given in part, and what is missing has to be said.
package struct NeededScope: Sendable, Equatable {
  package let scope: String
  package let purpose: String
  /// Whether answers name it: `offline_access` is answered with a refresh token instead.
  let isNamedInAnswers: Bool

  private init(_ scope: String, _ purpose: String, isNamedInAnswers: Bool = true) {
    self.scope = scope
    self.purpose = purpose
    self.isNamedInAnswers = isNamedInAnswers
  }

  package static func all(of provider: Connection.Provider) -> [NeededScope] {
    switch provider {
    case .google: google
    case .outlook: outlook
    case .local, .caldav: []
    }
  }

  /// Those that `granted`, the `scope` of a token answer, does not name. An answer that names none has
  /// granted what was asked for (RFC 6749 section 5.1).
  package static func missing(
    from granted: String?, of provider: Connection.Provider
  ) -> [NeededScope] {
    guard let granted, !granted.isEmpty else { return [] }
    let names = Set(granted.split(separator: " ").map { short($0.lowercased()) })
    return all(of: provider).filter { needed in
      needed.isNamedInAnswers
        && names.isDisjoint(with: [short(needed.scope.lowercased())] + implying(needed))
    }
  }

  /// Google's least set: none of them shows other calendars' titles or lets us touch events that the
  /// person does not own.
  private static let google = [
    NeededScope(
      "https://www.googleapis.com/auth/calendar.freebusy", "to see when you are busy"),
    NeededScope(
      "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
      "to list your calendars, so that you can choose one"),
    NeededScope(
      "https://www.googleapis.com/auth/calendar.events.owned",
      "to put bookings on your calendar, and to move and cancel them"),
  ]

  private static let outlook = [
    NeededScope(
      "Calendars.ReadWrite",
      "to see when you are busy, and to put bookings on your calendar, move and cancel them"),
    NeededScope("User.Read", "to know which account it is"),
    NeededScope(
      "offline_access", "to keep your bookings up to date while you are away",
      isNamedInAnswers: false),
  ]

  /// Larger scopes that hold this one: an account that was connected to something else of ours before may
  /// bring them along.
  private static func implying(_ needed: NeededScope) -> [String] {
    switch needed.scope.split(separator: "/").last {
    case "calendar.freebusy": ["calendar", "calendar.readonly"]
    case "calendar.calendarlist.readonly":
      ["calendar", "calendar.readonly", "calendar.calendarlist"]
    case "calendar.events.owned": ["calendar", "calendar.events"]
    default: []
    }
  }

  /// Microsoft names its own with and without `https://graph.microsoft.com/`.
  private static func short(_ scope: String) -> String {
    for prefix in ["https://www.googleapis.com/auth/", "https://graph.microsoft.com/"]
    where scope.hasPrefix(prefix) {
      return String(scope.dropFirst(prefix.count))
    }
    return scope
  }
}
