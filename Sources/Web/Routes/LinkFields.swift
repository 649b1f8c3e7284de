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
  let calendars: CalendarChoice?

  init?(
    reading fields: FieldReader, host owner: Owner, zones: ZoneDatabase, now: Timestamp
  ) {
    let host = LinkFields.host(fields, owner)
    let kind = fields.optionalChoice("kind", Link.Kind.self) ?? .recurring
    let slug = LinkFields.slug(fields, kind)
    let settings = LinkSettings(reading: fields, defaultTimeZone: host?.timeZone ?? "UTC")
    if let settings { fields.report(settings.problems(zones: zones)) }
    if let expiresAt = settings?.expiresAt, expiresAt <= now {
      fields.report("expiresAt", "must be in the future")
    }
    let calendars = fields.optionalObject("calendars") { CalendarChoice(reading: $0) }
    guard let host, let settings else { return nil }
    self.host = host
    self.kind = kind
    self.slug = slug
    self.settings = settings
    self.calendars = calendars
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
  static func slug(_ fields: FieldReader, _ kind: Link.Kind) -> String? {
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

extension FieldProblem {
  static let slugTaken = FieldProblem(
    pointer: JSONPointer.root.appending(key: "slug"), detail: "is taken")
}
