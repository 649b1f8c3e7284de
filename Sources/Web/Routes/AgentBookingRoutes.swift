import Bookings
import Core
import HTTPServer
import Intake

/// Bookings for agents: `/v1/bookings`.
struct AgentBookingRoutes: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let changes: AgentBookingChanges

  init(_ parts: WebParts) {
    self.parts = parts
    json = BookingJSON(parts)
    changes = AgentBookingChanges(parts)
  }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/v1/bookings", needs: .bookingsRead, list),
      KeyedRoute(.get, "/v1/bookings/{id}", needs: .bookingsRead, show),
      KeyedRoute(.post, "/v1/bookings/{id}/cancel", needs: .bookingsWrite, later: cancel),
      KeyedRoute(.post, "/v1/bookings/{id}/reschedule", needs: .bookingsWrite, later: reschedule),
    ]
  }

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let (page, wanted) = try QueryReader.read(request.request) { query in
      let page = try PageRequest(query) { BookingID(cursor: $0, prefix: "bkg") }
      var wanted = BookingQuery(organization: request.caller.organization, limit: page.fetched)
      wanted.host = try parts.host(query, of: request.caller)
      wanted.link = query.text("link", length: 1...Caller.longestID).map { LinkID($0) }
      wanted.from = query.instant("from")
      wanted.to = query.instant("to")
      if let from = wanted.from, let to = wanted.to, to <= from {
        query.report("to", "must be later than from")
      }
      wanted.state = query.choice("state", among: BookingState.allCases)
      wanted.guestEmail = query.text("guest", length: 1...AgentBookingRoutes.longestEmail)
      wanted.before = page.cursor
      return (page, wanted)
    }
    let bookings = try parts.records.bookings(wanted)
    let reader = request.caller.bookingReader
    return page.response(bookings, cursor: \.id) { writer, booking in
      writer.object { json.write(booking, for: reader, to: &$0) }
    }
  }

  @Sendable private func show(_ request: KeyedRequest) throws -> Response {
    guard let (booking, history) = try parts.records.bookingWithHistory(found(request).id) else {
      throw Problem.notFound
    }
    let answers = try parts.records.answers(of: booking.id)
    return .json(
      200,
      json.document(
        booking, for: request.caller.bookingReader, history: history, answers: answers))
  }

  @Sendable private func cancel(
    _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) throws {
    let booking = try found(request)
    try changes.cancel(booking, request, answer)
  }

  @Sendable private func reschedule(
    _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) throws {
    let booking = try found(request)
    try changes.reschedule(booking, request, answer)
  }

  private func found(_ request: KeyedRequest) throws -> Booking {
    guard let booking = try parts.records.booking(BookingID(request.parameters[0])),
      let link = try parts.records.link(booking.link), request.caller.mayReach(link)
    else { throw Problem.notFound }
    return booking
  }

  /// RFC 5321 section 4.5.3.1: 64 octets, the sign and 255 octets.
  private static let longestEmail = 320
}

extension Caller {
  /// A booking's URL is the guest's capability to move and cancel it: a key that may only read must not be
  /// handed more than that.
  var bookingReader: BookingJSON.Reader {
    key.scopes.contains(.bookingsWrite) ? .agent : .agentWithoutURL
  }
}
