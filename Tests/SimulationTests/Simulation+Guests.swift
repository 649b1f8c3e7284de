import Bookings
import Core
import Intake
import StoreTestSupport
import TestSupport

// What guests ask for. Few slots and single-use links, so that they get in each other's way.

extension Simulation {
  func someSlot() -> Timestamp { firstSlot + .minutes(30) * pick(6) }

  func book() throws {
    if let last = lastRequest, pick(4) == 0 { return try repeatRequest(last.request, last.booking) }
    requestCount += 1
    guard let slug = one(of: Simulation.slugs) else { return }
    let request = BookingRequest(
      someSlot().rfc3339, on: slug, key: "key\(requestCount)",
      guest: "guest\(requestCount)@guest.example")
    let process = someone
    switch try process.stored.answer({ process.stored.intake.book(request, completion: $0) }) {
    case .success(let answer):
      accepted.insert(answer.booking)
      lastRequest = (request, answer.booking)
      note("\(answer.booking) is booked by \(slug) for \(request.start.rfc3339), \(answer.job)")
    case .failure(let error):
      try expectRefusal(error)
      note("no booking by \(slug): \(error)")
    }
  }

  /// The guest has not heard the answer.
  private func repeatRequest(_ request: BookingRequest, _ booking: BookingID) throws {
    let process = someone
    let answer = try process.stored.answer {
      process.stored.intake.book(request, completion: $0)
    }.get()
    note("the request for \(booking) is repeated")
    try require(
      answer.isRepeat && answer.booking == booking,
      "a repeated request was answered with \(answer.booking), not \(booking)")
  }

  func move() throws {
    guard let booking = one(of: accepted.sorted { $0.text < $1.text }) else { return }
    let process = someone
    let start = someSlot()
    let answer = try process.stored.answer {
      process.stored.intake.reschedule(ChangeRequest(booking), to: start, completion: $0)
    }
    switch answer {
    case .success(let accepted):
      note("\(booking) is to move to \(start.rfc3339), \(accepted.job)")
    case .failure(let error): try expectRefusal(error)
    }
  }

  func cancel() throws {
    guard let booking = one(of: accepted.sorted { $0.text < $1.text }) else { return }
    let process = someone
    switch try process.stored.answer({
      process.stored.intake.cancel(ChangeRequest(booking, reason: "Ill"), completion: $0)
    }) {
    case .success(.accepted(let accepted)): note("\(booking) is to be cancelled, \(accepted.job)")
    case .success(.already): break
    case .failure(let error): try expectRefusal(error)
    }
  }

  private func expectRefusal(_ error: IntakeError) throws {
    switch error {
    case .refused, .invalid, .noLongerOffered: return
    case .notFound, .idempotencyMismatch, .unavailable:
      throw Violation(description: "a guest was answered \(error)")
    }
  }
}
