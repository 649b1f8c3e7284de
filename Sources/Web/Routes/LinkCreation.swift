import Bookings
import Core

/// Makes a link of what an agent sent, or says all that is wrong with it.
struct LinkCreation: Sendable {
  static let idPrefix: StaticString = "lnk"

  private let parts: WebParts
  private let caller: Caller

  init(_ parts: WebParts, _ caller: Caller) {
    self.parts = parts
    self.caller = caller
  }

  /// Throws `FieldProblems`, `Problem.invalid`, or `connection-required` where the host has no calendar to
  /// write to.
  func link(_ body: JSON) throws -> Link {
    let host = try host(namedIn: body)
    let now = parts.time.now()
    let fields = try FieldReader.read(body) {
      LinkFields(reading: $0, host: host, zones: parts.zones, now: now)
    }
    let calendars = try HostCalendars(parts.records, fields.host)
    let chosen = try calendars.chosen(fields.calendars?.destination, fields.calendars?.conflicts)
    try calendars.check(
      fields.settings.location, at: chosen.destination, reporting: CalendarChoice.locationPointer)
    return Link(
      id: LinkID(prefix: LinkCreation.idPrefix, at: now, randomness: parts.randomness),
      organization: caller.organization,
      host: LinkHost(id: fields.host.id, name: fields.host.name, email: fields.host.email),
      slug: fields.slug ?? unguessableSlug(), kind: fields.kind, settings: fields.settings,
      destination: chosen.destination, conflicts: chosen.conflicts, createdAt: now, updatedAt: now)
  }

  /// Whose link it will be: the key's host, the one that the body names, or the only one there is.
  private func host(namedIn body: JSON) throws -> LinkFields.Owner {
    if let name = body["host"]?.string {
      return try parts.host(HostID(name), of: caller).map { .host($0) } ?? .unknown
    }
    let hosts = try parts.records.hosts(of: caller.organization, host: caller.host)
    guard let host = hosts.first else { return .unknown }
    return hosts.count == 1 ? .host(host) : .unnamed
  }

  /// 128 bits of the system's generator: who has the link may book, and nobody guesses it.
  private func unguessableSlug() -> String { base32hex(parts.randomness.bytes(16)) }
}
