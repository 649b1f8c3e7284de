import Bookings
import Core
import Dispatch
import HTTPServer
import Intake
import Synchronization

/// `GET /r/{token}/events`: the booking's JSON as server-sent events, now and each time it changes, or a
/// video meeting gets its address, until nothing more can change. An event's id counts the lines of the booking's history, and says
/// whether it has an address to meet at, so that a browser that comes back with `Last-Event-ID` is not
/// told again what it knows; and one that knows the end is answered 204, which tells it not to come
/// back (the HTML standard, section 9.2.2).
struct BookingEvents: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let queue = DispatchQueue(label: "bookend.events")

  init(_ parts: WebParts, json: BookingJSON) {
    self.parts = parts
    self.json = json
  }

  func send(_ routed: RoutedRequest, _ responder: Responder) {
    parts.answering(responder) {
      let (booking, history) = try parts.bookingWithHistory(of: routed)
      let known = routed.request.headers["last-event-id"]
      if booking.state.isFinal, let known, booking.mark(history) == known {
        return responder.send(Response(status: 204, headers: [("Cache-Control", "no-store")]))
      }
      let stream = EventStream()
      let listening = BookingListening(
        booking.id, parts: parts, json: json, stream: stream, known: known, queue: queue)
      listening.begin()
      responder.send(.events(stream, headers: Response.discreet))
    }
  }
}

/// One client that listens to one booking. All of it but the start happens on one queue, in order.
private final class BookingListening: Sendable {
  /// A comment is no event (the HTML standard, section 9.2.7).
  private static let heartbeat = Array(": still here\n\n".utf8)

  private struct State {
    /// The id of the last event that the client has.
    var known: String?
    var timer: (any DispatchSourceTimer)?
    var number: Int?
  }

  private let booking: BookingID
  private let parts: WebParts
  private let json: BookingJSON
  private let stream: EventStream
  private let queue: DispatchQueue
  private let state: Mutex<State>

  init(
    _ booking: BookingID, parts: WebParts, json: BookingJSON, stream: EventStream,
    known: String?,
    queue: DispatchQueue
  ) {
    self.booking = booking
    self.parts = parts
    self.json = json
    self.stream = stream
    self.queue = queue
    state = Mutex(State(known: known))
  }

  func begin() {
    let number = parts.changes.listen(to: .booking(booking)) { [self] in
      // Told on the writer's thread, which has better to do than reading for us.
      queue.async { [self] in tell() }
    }
    state.withLock { state in
      state.number = number
      let timer = DispatchSource.makeTimerSource(queue: queue)
      let interval = DispatchTimeInterval.milliseconds(Int(parts.heartbeat.wholeMilliseconds))
      // Thousands of streams may beat together: fewer wake-ups are worth some unevenness.
      timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(500))
      timer.setEventHandler { [self] in stream.write(Self.heartbeat) }
      timer.resume()
      state.timer = timer
    }
    stream.onClose { [self] in end() }
    // Also when nothing has changed meanwhile: who listens looks once more.
    queue.async { [self] in tell() }
  }

  private func tell() {
    // As of one moment: with the mark of a later one, the change in between would never be told.
    guard let (booking, history) = try? parts.records.bookingWithHistory(booking) else { return }
    let mark = booking.mark(history)
    let isNew = state.withLock { state in
      defer { state.known = mark }
      return state.known != mark
    }
    if isNew {
      var event = Array("id: \(mark)\ndata: ".utf8)
      event += json.document(booking, for: .guest, history: history)
      event += Array("\n\n".utf8)
      stream.write(event)
    }
    if booking.state.isFinal { stream.finish() }
  }

  private func end() {
    let number = state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
      defer { state.number = nil }
      return state.number
    }
    if let number { parts.changes.stop(number, listeningTo: .booking(booking)) }
  }
}

extension Booking {
  /// Another one whenever there is something new to be seen of the booking.
  func mark(_ history: [BookingHistoryEntry]) -> String {
    conferenceURL == nil ? "\(history.count)" : "\(history.count)+"
  }
}
