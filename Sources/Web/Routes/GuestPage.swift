import Bookings
import Core
import HTTPServer
import Intake

/// `GET /b/{slug}` for people: a link's free times, or with `start` the form for one of them.
struct GuestPage: Sendable {
  private let parts: WebParts
  private let zoneChoice: ZoneChoice

  init(_ parts: WebParts) {
    self.parts = parts
    zoneChoice = ZoneChoice(parts.zones)
  }

  func show(_ link: Link, _ request: Request, _ responder: Responder) throws {
    if request.queryValue("lost") != nil {
      return responder.send(AddressForm(slug: link.slug).page.response())
    }
    if let refusal = link.refusal(now: parts.time.now()) {
      let problem = Problem(refusal)
      // A paused link is there, as its JSON says; a spent one is gone.
      return responder.send(
        Page(title: problem.title) {
          element("h1") { problem.title }
          paragraph(problem.detail)
          AddressForm(slug: link.slug).form
        }.response(status: refusal == .linkPaused ? 200 : problem.status))
    }
    let wish = try LinkPageWish(request, link, parts)
    if let start = wish.start {
      showForm(link, wish, start, responder)
    } else {
      showTimes(link, wish, notice: nil, responder)
    }
  }

  private func showForm(
    _ link: Link, _ wish: LinkPageWish, _ start: Timestamp, _ responder: Responder
  ) {
    let instant = Interval(start: start, end: start + .milliseconds(1))
    parts.intake.slots(of: link, in: instant, durationMinutes: wish.durationMinutes) { result in
      parts.showing(responder) {
        guard let slot = try? result.get().slots.first else {
          return showTimes(
            link, wish, notice: "That time is not free any more. Please choose another.",
            responder)
        }
        let form = BookingForm(
          link: link, view: wish.view, durationMinutes: wish.durationMinutes, slot: slot,
          idempotencyKey: parts.newFormKey())
        responder.send(form.page.response())
      }
    }
  }

  /// - Parameter from: The first day; without one, and without times in the first days, the page
  ///   goes on to the first day that has some.
  private func showTimes(
    _ link: Link, _ wish: LinkPageWish, from: CivilDate? = nil, notice: String?,
    _ responder: Responder
  ) {
    let zone = wish.view.guest.zone
    let now = parts.time.now()
    let today = zone.local(at: now).date
    let first = max(from ?? wish.from ?? today, today)
    let last = first.adding(days: LinkPage.days - 1)
    let range = zone.interval(from: first, to: last, notBefore: now)
    parts.intake.slots(of: link, in: range, durationMinutes: wish.durationMinutes) { result in
      parts.showing(responder) {
        let times = try LinkPage.Times(result)
        if case .found(let list) = times, list.slots.isEmpty, let next = list.nextAvailable,
          from == nil, wish.from == nil
        {
          let date = zone.local(at: next.start).date
          return showTimes(link, wish, from: date, notice: notice, responder)
        }
        let page = LinkPage(
          link: link, view: wish.view, durationMinutes: wish.durationMinutes, from: first,
          to: last, today: today, times: times, isZoneChosen: wish.isZoneChosen,
          zoneChoice: zoneChoice, notice: notice ?? wish.notice)
        responder.send(page.page.response())
      }
    }
  }
}

/// What a page's address asks for. What cannot be read is left out: an address that a person has
/// pasted shows a page, not an error.
private struct LinkPageWish {
  let view: GuestView
  let isZoneChosen: Bool
  let durationMinutes: Int
  let from: CivilDate?
  let start: Timestamp?
  let notice: String?

  init(_ request: Request, _ link: Link, _ parts: WebParts) throws {
    let asked = request.queryValue("timeZone").flatMap { $0.isEmpty ? nil : $0 }
    let known = asked.flatMap { try? parts.zones.zone($0).name }
    view = try GuestView(
      guestZone: known ?? link.settings.timeZone, hostZone: link.settings.timeZone,
      hostName: link.host.name, clock: request.clock, zones: parts.zones)
    isZoneChosen = asked != nil
    notice =
      asked != nil && known == nil
      ? "That time zone is not known here. Times are shown in the host’s." : nil
    let offered = link.settings.durationsMinutes
    let duration = request.queryValue("durationMinutes").flatMap { Int($0) }
    durationMinutes = duration.flatMap { offered.contains($0) ? $0 : nil } ?? offered[0]
    from = request.queryValue("from").flatMap { CivilDate($0) }
    start = request.queryValue("start").flatMap { Timestamp(rfc3339: $0) }
  }
}

extension LinkPage.Times {
  /// A calendar that cannot be read is a page of its own kind; anything else that failed is thrown.
  fileprivate init(_ result: Result<SlotList, IntakeError>) throws {
    switch result {
    case .success(let list): self = .found(list)
    case .failure(.refused(.calendarUnreadable, _)): self = .unreadable
    case .failure(let error): throw error
    }
  }
}

extension Zone {
  /// From the first instant of a date to the last of another, but nothing that has passed.
  func interval(from: CivilDate, to: CivilDate, notBefore now: Timestamp) -> Interval {
    let start = max(startOfDay(from), now)
    return Interval(start: start, end: max(start, startOfDay(to.adding(days: 1))))
  }
}

extension WebParts {
  /// The idempotency key of a form: 128 random bits, so that no two forms are taken for one.
  func newFormKey() -> String { base64url(randomness.bytes(16)) }
}
