import Bookings
import Core
import HTTPServer
import Intake

/// The pages of one booking: where it stands, and the steps to move or cancel it. They change
/// nothing.
struct GuestBookingPage: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func show(_ booking: Booking, _ request: Request, _ responder: Responder) throws {
    let shown = try ShownBooking(booking, request, parts)
    if shown.mayMove, let start = request.queryValue("move").flatMap({ Timestamp(rfc3339: $0) }) {
      showMove(shown, start, responder)
    } else if shown.mayMove, request.queryValue("reschedule") != nil {
      let from = request.queryValue("from").flatMap { CivilDate($0) }
      showTimes(shown, from: from, notice: nil, responder)
    } else if shown.mayCancel, request.queryValue("cancel") != nil {
      responder.send(shown.steps.cancel.response())
    } else {
      responder.send(try shown.page().response())
    }
  }

  private func showMove(
    _ shown: ShownBooking, _ start: Timestamp, _ responder: Responder
  ) {
    let instant = Interval(start: start, end: start + .milliseconds(1))
    shown.slots(in: instant) { result in
      parts.showing(responder) {
        guard let slot = try? result.get().slots.first else {
          let date = shown.view.guest.date(of: start)
          return showTimes(
            shown, from: date, notice: "That time is not free any more. Please choose another.",
            responder)
        }
        responder.send(shown.steps.confirm(slot).response())
      }
    }
  }

  private func showTimes(
    _ shown: ShownBooking, from: CivilDate?, notice: String?, _ responder: Responder
  ) {
    let zone = shown.view.guest.zone
    let today = zone.local(at: shown.now).date
    let first = max(from ?? zone.local(at: shown.booking.time.start).date, today)
    let last = first.adding(days: LinkPage.days - 1)
    let range = zone.interval(from: first, to: last, notBefore: shown.now)
    shown.slots(in: range) { result in
      parts.showing(responder) {
        var steps = shown.steps
        steps.notice = notice
        let list: SlotList?
        switch result {
        case .success(let found): list = found
        case .failure(.refused(.calendarUnreadable, _)): list = nil
        case .failure(let error): throw error
        }
        responder.send(steps.choose(list, from: first, to: last, today: today).response())
      }
    }
  }
}
