import Bookings
import Core

/// The body of `POST /v1/links`, each field checked by itself.
struct LinkFields: Sendable {
  /// What was found of the host before the body was read.
  enum Owner: Sendable {
    case host(HostRecord)
    /// The body names none, and the key acts for several.
    case unnamed
    /// There is none of that name that the key acts for.
    case unknown
  }

  let host: HostRecord
  let kind: Link.Kind
  /// Nil for an unguessable one.
  let slug: String?
  let settings: LinkSettings
  /// Nil for the usual ones.
  let destination: CalendarID?
  let conflicts: [CalendarID]?

  /// The fields that may hold calendars' ids, reported where the calendars are looked up.
  static let destinationPointer = JSONPointer.calendars.appending(key: "destination")
  static let conflictsPointer = JSONPointer.calendars.appending(key: "conflicts")

  init?(reading fields: FieldReader, host owner: Owner, zones: ZoneDatabase) {
    let host = LinkFields.host(fields, owner)
    let kind = fields.optionalChoice("kind", Link.Kind.self) ?? .recurring
    let slug = LinkFields.slug(fields, kind)
    let settings = LinkSettings(reading: fields, defaultTimeZone: host?.timeZone ?? "UTC")
    if let settings { fields.report(settings.problems(zones: zones)) }
    let calendars = fields.optionalObject("calendars") { CalendarChoice(reading: $0) }
    guard let host, let settings else { return nil }
    self.host = host
    self.kind = kind
    self.slug = slug
    self.settings = settings
    destination = calendars?.destination
    conflicts = calendars?.conflicts
  }

  private static func host(_ fields: FieldReader, _ owner: Owner) -> HostRecord? {
    _ = fields.optionalString("host", length: 1...Caller.longestID)
    switch owner {
    case .host(let host): return host
    case .unnamed: fields.report("host", "is required: this key acts for several hosts")
    case .unknown: fields.report("host", Caller.noSuchHost)
    }
    return nil
  }

  /// A single-use link is a capability for one booking and must not be guessed, so that nobody chooses it.
  private static func slug(_ fields: FieldReader, _ kind: Link.Kind) -> String? {
    guard let slug = fields.optionalString("slug", length: 1...Slug.characters.upperBound) else {
      return nil
    }
    if kind != .recurring {
      fields.report("slug", "can be chosen for recurring links only")
    } else if let problem = Slug.problem(slug) {
      fields.report("slug", problem)
    }
    return slug
  }
}

/// `calendars` as sent.
private struct CalendarChoice {
  let destination: CalendarID?
  let conflicts: [CalendarID]?

  /// Each is read whenever somebody looks at the link.
  private static let conflicts = 1...20

  init?(reading fields: FieldReader) {
    destination = fields.optionalString("destination", length: 1...Caller.longestID)
      .map { CalendarID($0) }
    conflicts = fields.optionalStrings(
      "conflicts", count: Self.conflicts, length: 1...Caller.longestID)?.map { CalendarID($0) }
  }
}

extension FieldReader {
  /// Problems of the settings that only the whole shows, where it could be read.
  fileprivate func report(_ problems: [SettingsProblem]) {
    for problem in problems {
      // The reader stands at the body's root, where the settings' fields are.
      let names = problem.pointer.dropFirst(2).split(separator: "/").map(String.init)
      if names.first.map(isAtFault) == true { continue }
      report(names.reduce(pointer) { $0.appending(key: $1) }, problem.detail)
    }
  }
}

extension JSONPointer {
  fileprivate static let calendars = JSONPointer.root.appending(key: "calendars")
}

extension FieldProblem {
  static let slugTaken = FieldProblem(
    pointer: JSONPointer.root.appending(key: "slug"), detail: "is taken")
}
