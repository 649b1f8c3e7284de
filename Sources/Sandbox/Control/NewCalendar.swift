import Core

/// A calendar as the control API orders it.
struct NewCalendar: Sendable {
  let id: String?
  let name: String
  let timeZone: String?
  let access: GoogleRole

  init?(reading fields: FieldReader, in world: World) {
    id = fields.optionalString("id", length: 1...1024)
    timeZone = fields.optionalString("timeZone", length: 1...64)
    if let timeZone, world.zone(timeZone) == nil { fields.report("timeZone", "is no time zone") }
    access = fields.optionalChoice("access", GoogleRole.self) ?? .owner
    guard let name = fields.string("name", length: 1...200) else { return nil }
    self.name = name
  }
}
