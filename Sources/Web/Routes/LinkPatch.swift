import Bookings
import Core

/// The body of `PATCH /v1/links/{id}`: a member that is sent takes the place of the link's, null gives it
/// back its default, what is not sent stays. `calendars` alone is merged itself, because its two members are
/// set apart from each other.
struct LinkPatch: Sendable {
  private let parts: WebParts
  private let sent: JSONObject

  /// Throws `FieldProblems` for a body that is no object.
  init(_ parts: WebParts, _ body: JSON) throws(FieldProblems) {
    guard case .object(let sent) = body else {
      let detail = "must be an object, is \(body.kindInWords)"
      throw FieldProblems(problems: [FieldProblem(pointer: .root, detail: detail)])
    }
    self.parts = parts
    self.sent = sent
  }

  /// The link as it would be. What was sent is checked by the same rules as a new link.
  func applied(to link: Link, host: HostRecord) throws -> Link {
    let fields = try FieldReader.read(.object(link.settings.merging(sent))) { fields in
      Fields(reading: fields, sent, link, host, parts.zones)
    }
    var changed = link
    changed.settings = fields.settings
    if let slug = fields.slug { changed.slug = slug }
    if sent["calendars"] != nil {
      let choice = fields.calendars
      let chosen = try HostCalendars(parts.records, host).chosen(
        choice.map { $0.destination ?? link.destination },
        choice.map { $0.conflicts ?? link.conflicts })
      changed.destination = chosen.destination
      changed.conflicts = chosen.conflicts
      if !changed.conflicts.contains(chosen.destination) {
        changed.conflicts.append(chosen.destination)
      }
    }
    try checkLocation(changed, before: link, host)
    return changed
  }

  /// A video meeting is made by the destination's provider: both have to fit, whichever was changed. What
  /// stays as it was is nobody's mistake now.
  private func checkLocation(_ changed: Link, before link: Link, _ host: HostRecord) throws {
    let isMoved = changed.destination != link.destination
    let location = changed.settings.location
    guard isMoved || location.kind != link.settings.location.kind, location.kind.maker != nil else {
      return
    }
    try HostCalendars(parts.records, host).check(
      location, at: changed.destination,
      reporting: isMoved ? CalendarChoice.destinationPointer : CalendarChoice.locationPointer)
  }

  private struct Fields {
    let settings: LinkSettings
    let slug: String?
    let calendars: CalendarChoice?

    init?(
      reading fields: FieldReader, _ sent: JSONObject, _ link: Link, _ host: HostRecord,
      _ zones: ZoneDatabase
    ) {
      for name in ["kind", "host"] where fields.value(name) != nil {
        fields.report(name, "cannot be changed")
      }
      if fields.value("state") != nil {
        fields.report("state", "is changed by pause, resume and DELETE")
      }
      let slug = LinkFields.slug(fields, link.kind)
      if case .null = sent["slug"] { fields.report("slug", "cannot be removed") }
      let settings = LinkSettings(reading: fields, defaultTimeZone: host.timeZone)
      if let settings { fields.report(settings.problems(zones: zones)) }
      calendars = fields.optionalObject("calendars") { CalendarChoice(reading: $0) }
      guard let settings else { return nil }
      self.settings = settings
      self.slug = slug
    }
  }
}
