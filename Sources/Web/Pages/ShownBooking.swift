import Bookings
import Core
import HTTPServer
import Intake

/// A booking with what its pages need to be shown.
struct ShownBooking: Sendable {
  let booking: Booking
  let link: Link
  let view: GuestView
  let now: Timestamp
  private let parts: WebParts
  private let token: String

  init(_ booking: Booking, _ request: Request, _ parts: WebParts) throws {
    // Deleted links are there still: a booking always has one.
    guard let link = try parts.records.link(booking.link) else { throw Problem.notFound }
    self.booking = booking
    self.link = link
    self.parts = parts
    now = parts.time.now()
    token = parts.tokens.token(for: booking.id)
    view = try GuestView(
      guestZone: booking.details.guestTimeZone, hostZone: booking.details.hostTimeZone,
      hostName: link.host.name, clock: request.clock, zones: parts.zones)
  }

  var mayMove: Bool { booking.state == .confirmed && booking.time.start > now }
  var mayCancel: Bool {
    booking.state.keepsTime && booking.state != .cancelling && booking.time.start > now
  }

  /// - Parameter notice: Why what was asked for was not done.
  func page(notice: String? = nil) throws -> Page {
    guard let (booking, history) = try parts.records.bookingWithHistory(booking.id) else {
      throw Problem.notFound
    }
    return BookingPage(
      booking: booking, history: history, view: view,
      token: token, linkAddress: link.state == .active ? pageAddress("/b/\(link.slug)") : nil,
      now: now, notice: notice
    ).page
  }

  var steps: ChangePages {
    ChangePages(
      booking: booking, view: view, token: token, idempotencyKey: parts.newFormKey())
  }

  func slots(
    in range: Interval, completion: @escaping Intake.Completion<SlotList>
  ) {
    let minutes = Int(booking.time.duration.wholeMilliseconds / 60_000)
    parts.intake.slots(
      of: link, in: range, durationMinutes: minutes, moving: booking, completion: completion)
  }

  /// A change that was refused: the step that led to it again, where another try may succeed, or
  /// the booking as it stands with the reason.
  func refused(_ problem: Problem, reason: String) throws -> Response {
    var steps = steps
    steps.alternatives = problem.alternatives
    steps.reason = reason
    steps.notice = problem.detail
    if !problem.alternatives.isEmpty { steps.notice? += " Choose one of the times below." }
    let page = mayMove ? steps.confirm(nil) : try page(notice: problem.detail)
    return page.response(status: problem.status, headers: problem.headers)
  }
}
