// Intake: what a guest asks for becomes a durable job, or a clear no.
//
// Accepting a booking is one transaction. In it stand together, or not at all: the idempotency key with the
// answer given, the spend of a single-use link, the time claimed on the calendar, the booking, its first
// line of history, and the job that will write the event. Once the guest reads 202, all of it is on the
// disk; whatever dies afterwards, the job is found again and the booking gets its ending.
//
// The order of things:
//
//   1. A repeated request is answered as the first was, whatever is true of its slot by now: it is taken,
//      by itself. So nobody is refused before it was looked whether an equal request was accepted earlier,
//      and inside the transaction that comes before all else.
//   2. What does not change while we look is decided outside the transaction: the link's rules and the
//      calendars' busy time, by the one predicate of `Availability`. Reading a calendar may take seconds;
//      no transaction waits for it.
//   3. What may change between two requests is decided inside: the link's revision (a link that was changed
//      meanwhile sends us back to 1), the spend, the caps, and the overlap with every claim on the same
//      calendars, whatever link it came by. The schema has the last word on spends and overlaps
//      (`spends_one_at_a_time`, `claims_do_not_overlap`).
//   4. Busy time is read again by the worker just before it writes; in between, nobody but the calendar's
//      owner can have taken the time, and the guest reads `pending`, not `confirmed`.

import Bookings
import Core
import Queue

/// The use cases of guests: list slots, book, reschedule, cancel. Each answers once, possibly on another
/// thread, and never blocks its caller for longer than a read of the database.
package struct Intake: Sendable {
  package typealias Completion<Value> = @Sendable (Result<Value, IntakeError>) -> Void

  let ledger: any Ledger
  let busyTimes: any BusyTimes
  let zones: ZoneDatabase
  let time: any TimeSource
  let randomness: Randomness

  package init(
    ledger: any Ledger, busyTimes: any BusyTimes, zones: ZoneDatabase, time: any TimeSource,
    randomness: Randomness
  ) {
    self.ledger = ledger
    self.busyTimes = busyTimes
    self.zones = zones
    self.time = time
    self.randomness = randomness
  }

  /// Accepts a booking or refuses it; a link that is changed under our hands is looked at again, a few
  /// times.
  package func book(
    _ request: BookingRequest, looksLeft: Int = 3, completion: @escaping Completion<Accepted>
  ) {
    answering(completion, unless: request.idempotency) {
      guard let link = try ledger.link(slug: request.slug) else { throw IntakeError.notFound }
      let now = time.now()
      try link.requireOpen(now: now)
      let details = try request.details(link)
      let slot = Interval(start: request.start, duration: request.duration(of: link))
      let zone = try zones.zone(link.settings.timeZone)
      // What the link does not offer at all is no reason to ask a calendar.
      let offer = Availability(
        settings: link.settings, zone: zone, now: now, busy: [], claims: [])
      if let refusal = offer.refusal(of: slot) {
        throw refused(refusal, slot, link, excluding: nil)
      }
      let reach = link.settings.reach(ofSlotsIn: Interval(start: slot.start, end: slot.start))
      busyTimes.read(
        link.conflicts, during: reach, excluding: nil,
        maximumAge: link.settings.maximumBusyAge
      ) { reading in
        answering(completion, unless: request.idempotency) {
          if offer.taking(try reading.intervals()).obstructs(slot) {
            if let earlier = try repeated(request.idempotency) {
              return completion(.success(earlier))
            }
            return refuse(.slotTaken, slot, link, excluding: nil, completion)
          }
          let booking = Booking(
            id: BookingID(prefix: "bkg", at: now, randomness: randomness),
            organization: link.organization, link: link.id, calendar: link.destination,
            state: .pending, revision: 0, time: slot, details: details, createdAt: now,
            updatedAt: now)
          let caps = link.settings.caps(at: slot.start, in: zone)
          accept(request, booking, link, caps, looksLeft: looksLeft, completion)
        }
      }
    }
  }

  private func accept(
    _ request: BookingRequest, _ booking: Booking, _ link: Link, _ caps: [Cap], looksLeft: Int,
    _ completion: @escaping Completion<Accepted>
  ) {
    let slot = booking.time
    let payload: JSON = ["version": 1, "bookingId": .string(booking.id.text)]
    let answer = request.render(booking)

    ledger.transact({ ledger in
      if let earlier = try request.idempotency.flatMap({ try ledger.repeated($0) }) {
        return earlier
      }
      let standing = try ledger.standing(of: link.id)
      guard standing?.revision == link.revision else { throw LinkChanged() }
      if link.kind == .singleUse, !(try ledger.spend(link.id, for: booking.id)) {
        throw IntakeError.refused(.linkSpent)
      }
      // The rest of the link's state is that of its revision.
      if link.refusal(now: ledger.now) == .linkExpired { throw IntakeError.refused(.linkExpired) }
      try ledger.require(caps, of: link.id, excluding: nil)
      if let most = link.settings.maximumPerGuest,
        try ledger.bookingsAhead(of: request.guest.email, under: link.id) >= most
      {
        throw IntakeError.refused(.limitReached)
      }
      if try ledger.isClaimed(
        booking.details.kept(slot), on: link.conflicts, excluding: nil)
      {
        throw IntakeError.refused(.slotTaken)
      }
      try ledger.insert(booking)
      let job = NewJob(
        kind: .booking, payload: payload, organization: link.organization.text,
        sequence: booking.jobSequence, lane: try ledger.lane(of: booking.calendar),
        deadline: slot.start)
      return try ledger.accept(booking, try ledger.enqueue(job).id, request.idempotency, answer)
    }) { result in
      switch result {
      case .success(let accepted):
        completion(.success(accepted))
      case .failure(is LinkChanged) where looksLeft > 1:
        book(request, looksLeft: looksLeft - 1, completion: completion)
      case .failure(IntakeError.refused(let refusal, _)):
        refuse(refusal, slot, link, excluding: nil, completion)
      case .failure(let error):
        completion(.failure(IntakeError(error)))
      }
    }
  }
}

/// The link's revision is no longer the one that the request was checked against.
private struct LinkChanged: Error {}

extension LedgerTransaction {
  /// The end of every accepting transaction: the answer that names the job, kept under the request's key.
  func accept(
    _ booking: Booking, _ id: JobID, _ idempotency: IdempotentRequest?,
    _ rendered: (JobID) -> [UInt8]
  ) throws -> Accepted {
    let body = rendered(id)
    if let idempotency {
      let answer = RecordedAnswer(
        digest: idempotency.digest, booking: booking.id, job: id, body: body)
      try record(answer, to: idempotency)
    }
    return Accepted(booking: booking.id, job: id, body: body, isRepeat: false)
  }

  /// Throws `limitReached` where one of the caps has no room for another booking.
  func require(_ caps: [Cap], of link: LinkID, excluding booking: BookingID?) throws {
    for cap in caps
    where try bookings(of: link, startingIn: cap.period, excluding: booking) >= cap.maximum {
      throw IntakeError.refused(.limitReached)
    }
  }

  /// The answer that an equal request was given; throws where the key was used for another one.
  func repeated(_ request: IdempotentRequest) throws -> Accepted? {
    try answer(to: request).map { try Accepted(repeating: $0, for: request) }
  }
}

extension Intake {
  func repeated(_ request: IdempotentRequest?) throws -> Accepted? {
    guard let request else { return nil }
    return try ledger.answer(to: request).map { try Accepted(repeating: $0, for: request) }
  }

  /// Gives what `body` throws to the completion, so that every path answers exactly once.
  func answering<Value>(
    _ completion: @escaping Completion<Value>, _ body: () throws -> Void
  ) {
    do { try body() } catch { completion(.failure(IntakeError(error))) }
  }

  /// The same, unless an equal request was accepted earlier: then that one's answer is given.
  func answering(
    _ completion: @escaping Completion<Accepted>, unless idempotency: IdempotentRequest?,
    _ body: () throws -> Void
  ) {
    answering(completion) {
      do { try body() } catch {
        guard let earlier = try repeated(idempotency) else { throw error }
        completion(.success(earlier))
      }
    }
  }
}

extension Accepted {
  fileprivate init(repeating answer: RecordedAnswer, for request: IdempotentRequest) throws {
    guard answer.digest == request.digest else { throw IntakeError.idempotencyMismatch }
    self.init(booking: answer.booking, job: answer.job, body: answer.body, isRepeat: true)
  }
}

extension Booking {
  /// Its jobs run one after the other.
  var jobSequence: String { "booking:\(id)" }
}
