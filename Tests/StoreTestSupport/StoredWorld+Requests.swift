import Bookings
import Core
import Intake
import Queue
import TestSupport

// What guests send, each answered before the call returns.

extension BookingRequest {
  package init(
    _ start: String, on slug: String = "intro", minutes: Int? = nil, key: String? = nil,
    guest: String = "sam@guest.example"
  ) {
    self.init(
      slug: slug, start: instant(start), durationMinutes: minutes, timeZone: "Europe/London",
      guest: Guest(name: "Sam Guest", email: guest), additionalGuests: [], notes: "",
      idempotency: key.map {
        IdempotentRequest(
          scope: "book:\(slug)", key: $0, digest: Array("\(slug) \(start) \(guest)".utf8))
      },
      render: { booking in { job in Array("\(booking.id) \(job)".utf8) } })
  }
}

extension ChangeRequest {
  package init(_ booking: BookingID, reason: String? = nil, key: String? = nil, body: String = "") {
    self.init(
      booking: booking, reason: reason,
      idempotency: key.map {
        IdempotentRequest(scope: "change:\(booking)", key: $0, digest: Array(body.utf8))
      },
      render: { booking in { job in Array("\(booking.id) \(job)".utf8) } })
  }
}

extension StoredWorld {
  package func answer<Value: Sendable>(
    _ ask: (@escaping Intake.Completion<Value>) -> Void
  ) throws -> Result<Value, IntakeError> {
    let answer = Awaited<Result<Value, IntakeError>>()
    ask { answer.give($0) }
    return try answer.take()
  }

  @discardableResult
  package func book(_ request: BookingRequest) throws -> Accepted {
    try answer { intake.book(request, completion: $0) }.get()
  }

  @discardableResult
  package func book(_ start: String, on slug: String = "intro") throws -> BookingID {
    try book(BookingRequest(start, on: slug)).booking
  }

  @discardableResult
  package func reschedule(
    _ booking: BookingID, to start: String, key: String? = nil
  ) throws -> Accepted {
    let request = ChangeRequest(booking, key: key, body: "move \(start)")
    return try answer { intake.reschedule(request, to: instant(start), completion: $0) }.get()
  }

  @discardableResult
  package func cancel(_ booking: BookingID, key: String? = nil) throws -> Cancellation {
    let request = ChangeRequest(booking, reason: "Ill", key: key, body: "cancel")
    return try answer { intake.cancel(request, completion: $0) }.get()
  }

  /// The starts of the slots that a page shows for a day in UTC.
  package func slots(
    on date: String, of slug: String = "intro", minutes: Int = 30, moving booking: BookingID? = nil
  ) throws -> [String] {
    let day = Interval(start: instant("\(date)T00:00:00Z"), duration: .days(1))
    let moved = try booking.map { try self.booking($0) }
    let link = try link(slug)
    return try answer {
      intake.slots(of: link, in: day, durationMinutes: minutes, moving: moved, completion: $0)
    }.get().slots.map(\.start.rfc3339)
  }

  /// Ends the oldest job of a booking the way its worker would, with `change`.
  package func settle(_ booking: BookingID, _ change: BookingChange) throws {
    let answer = Awaited<Result<Claim, any Error>>()
    store.claim(limit: 1, lease: .seconds(60), kinds: definitions.all.map(\.kind)) {
      answer.give($0)
    }
    guard let job = try answer.take().get().jobs.first, job.payload.contains(booking.text) else {
      throw NotThere(what: "a ready job of \(booking)")
    }
    let ended = Awaited<Result<Void, any Error>>()
    store.finish(
      job, Finish(next: .completed, outcome: "completed"), effects: [],
      record: Settlement(booking: booking, change: change), followUps: []
    ) { ended.give($0) }
    try ended.take().get()
  }
}
