import Bookings
import Core
import HTTPServer
import Intake

/// `GET /b/{slug}/slots?from&to&timeZone&durationMinutes`: the bookable slots of a link as JSON.
/// Both dates are included and are dates of `timeZone`, which is the link's where it is not given.
struct GuestSlots: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func list(_ routed: RoutedRequest, _ responder: Responder) {
    parts.answering(responder) {
      guard let link = try parts.records.link(slug: routed.parameters[0]) else {
        throw Problem.notFound
      }
      if let refusal = link.refusal(now: parts.time.now()) { throw Problem(refusal) }
      let query = try SlotQuery(routed.request, link: link, zones: parts.zones)
      let range = query.range(from: parts.time.now())
      parts.intake.slots(of: link, in: range, durationMinutes: query.durationMinutes) { result in
        parts.answering(responder) {
          responder.send(
            .json(
              200, query.answer(try result.get()),
              headers: [("Cache-Control", "no-store")] + Response.discreet))
        }
      }
    }
  }
}

/// What is asked for. A query's fields stand under `#/query` in the pointers of what is wrong with
/// them.
private struct SlotQuery {
  let from: CivilDate
  let to: CivilDate
  let zone: Zone
  let durationMinutes: Int

  init(_ request: Request, link: Link, zones: ZoneDatabase) throws {
    let values: [(String, JSON)] = ["from", "to", "timeZone", "durationMinutes"].map { name in
      guard let text = request.queryValue(name), !text.isEmpty else { return (name, .null) }
      // Only the duration is a number; a text that is none is refused as a text.
      if name == "durationMinutes", let number = Int64(text) { return (name, .integer(number)) }
      return (name, .string(text))
    }
    let query: JSON = ["query": .object(JSONObject(values))]
    self = try FieldReader.read(query) { fields in
      fields.object("query") { SlotQuery(reading: $0, link: link, zones: zones) }
    }
    guard link.settings.durationsMinutes.contains(durationMinutes) else {
      throw Problem(.durationNotOffered)
    }
  }

  private init?(reading fields: FieldReader, link: Link, zones: ZoneDatabase) {
    let from = fields.date("from")
    let to = fields.date("to")
    let name =
      fields.value("timeZone") == nil
      ? link.settings.timeZone : fields.zoneName("timeZone", zones)
    let duration = fields.optionalInteger(
      "durationMinutes", in: LinkSettings.Limit.durationMinutes)
    guard let from, let to, let name, let zone = try? zones.zone(name),
      let durationMinutes = duration ?? link.settings.durationsMinutes.first
    else { return nil }

    let days = to.daysSinceEpoch - from.daysSinceEpoch + 1
    if days < 1 { fields.report("to", "must not be before from") }
    if days > Intake.longestRangeDays {
      fields.report(
        "to", "must be at most \(Intake.longestRangeDays) days from from, both included")
    }
    self.from = from
    self.to = to
    self.zone = zone
    self.durationMinutes = durationMinutes
  }

  /// What has passed is left out: no calendar need be asked about it.
  func range(from now: Timestamp) -> Interval {
    zone.interval(from: from, to: to, notBefore: now)
  }

  func answer(_ list: SlotList) -> [UInt8] {
    var writer = JSONWriter(reservingBytes: 128 + list.slots.count * 64)
    writer.object {
      $0.field("timeZone", zone.name)
      $0.field("durationMinutes", durationMinutes)
      $0.array("slots", list.slots) { $0.value($1) }
      $0.field("nextAvailable", list.nextAvailable)
      $0.field("asOf", list.asOf)
      $0.field("isCurrent", !list.standsIn)
    }
    return writer.bytes
  }
}
