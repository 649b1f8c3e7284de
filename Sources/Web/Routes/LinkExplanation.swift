import Bookings
import Core
import HTTPServer
import Intake

/// `GET /v1/links/{id}/explain?start&durationMinutes`: why an instant is offered or not.
struct LinkExplanation: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func explain(_ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer) throws {
    let link = try parts.link(request.parameters[0], of: request.caller)
    let slot = try slot(request.request, link)
    parts.intake.explain(slot, of: link) { result in
      do {
        let body = try json(result.get(), link)
        answer(.json(200, body, headers: [("Cache-Control", "no-store")]))
      } catch {
        answer(Problem(error, log: parts.log).response)
      }
    }
  }

  private func slot(_ request: Request, _ link: Link) throws -> Interval {
    let asked = try QueryReader.read(request) { query in
      let start = query.instant("start")
      if start == nil, !request.query.contains(where: { $0.name == "start" }) {
        query.report("start", "is required")
      }
      let minutes = query.integer("durationMinutes", in: LinkSettings.Limit.durationMinutes)
      return (start: start, minutes: minutes ?? link.settings.durationsMinutes[0])
    }
    // Reported above, where it is not there.
    guard let start = asked.start else { throw Problem.invalid([]) }
    return Interval(start: start, duration: .minutes(asked.minutes))
  }

  private func json(_ explanation: Explanation, _ link: Link) throws -> [UInt8] {
    let zone = try parts.zones.zone(link.settings.timeZone)
    let local = zone.local(at: explanation.slot.start)
    var writer = JSONWriter()
    writer.object {
      $0.field("start", explanation.slot.start)
      $0.field("end", explanation.slot.end)
      $0.field("offered", explanation.reasons.isEmpty)
      $0.array("reasons", explanation.reasons) { writer, reason in
        writer.object {
          $0.field("code", reason.code)
          $0.field("detail", reason.detail)
        }
      }
      $0.field("timeZone", zone.name)
      $0.field("localDate", local.date)
      $0.field("localTime", DateText(zone: zone, clock: .hours24).time(explanation.slot.start))
      $0.field("window", explanation.window)
      $0.field("asOf", explanation.asOf)
    }
    return writer.bytes
  }
}
