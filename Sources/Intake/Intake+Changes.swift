import Bookings
import Core
import Queue

extension Intake {
  /// Asks for another time. The new time is claimed now; the old one stays until the calendar has moved the
  /// event. Paused, spent and deleted links do not matter: the booking is there.
  package func reschedule(
    _ request: ChangeRequest, to start: Timestamp, completion: @escaping Completion<Accepted>
  ) {
    answering(completion) {
      if let earlier = try repeated(request.idempotency) { return completion(.success(earlier)) }
      guard let booking = try ledger.booking(request.booking),
        let link = try ledger.link(booking.link)
      else { throw IntakeError.notFound }
      try booking.requireMovable(now: time.now())
      let slot = Interval(start: start, duration: booking.time.duration)
      if slot == booking.time {
        let pointer = JSONPointer.root.appending(key: "start")
        throw IntakeError.invalid([
          FieldProblem(pointer: pointer, detail: "is the time that it has already")
        ])
      }
      let starts = Interval(start: start, end: start)
      availability(of: link, in: starts, moving: booking, answering: completion) { found, _ in
        if let refusal = found.refusal(of: slot) {
          return refuse(refusal, slot, link, excluding: booking, completion)
        }
        let caps = link.settings.caps(at: start, in: try zones.zone(link.settings.timeZone))
        move(request, slot, link, caps, completion)
      }
    }
  }

  private func move(
    _ request: ChangeRequest, _ slot: Interval, _ link: Link, _ caps: [Cap],
    _ completion: @escaping Completion<Accepted>
  ) {
    ledger.transact({ ledger in
      if let earlier = try request.idempotency.flatMap({ try ledger.repeated($0) }) {
        return earlier
      }
      guard var booking = try ledger.booking(request.booking) else { throw IntakeError.notFound }
      try booking.requireMovable(now: ledger.now)
      try ledger.require(caps, of: link.id, excluding: booking.id)
      if try ledger.isClaimed(
        booking.details.kept(slot), on: link.conflicts(for: booking), excluding: booking.id)
      {
        throw IntakeError.refused(.slotTaken)
      }
      booking.state = .rescheduling
      booking.requestedTime = slot
      booking.revision += 1
      booking.reason = request.reason
      booking.updatedAt = ledger.now
      try ledger.update(booking, after: .rescheduleRequested, by: request.actor)
      let job = booking.job(
        .reschedule, lane: try ledger.lane(of: booking.calendar),
        deadline: min(booking.time.start, slot.start))
      return try ledger.accept(
        booking, try ledger.enqueue(job).id, request.idempotency, request.render(booking))
    }) { result in
      switch result {
      case .success(let accepted): completion(.success(accepted))
      case .failure(IntakeError.refused(.slotTaken, _)):
        answering(completion) {
          let booking = try ledger.booking(request.booking)
          refuse(.slotTaken, slot, link, excluding: booking, completion)
        }
      case .failure(let error): completion(.failure(IntakeError(error)))
      }
    }
  }

  /// Asks to cancel, from any state that keeps time. A booking that is being cancelled, or was, answers as it
  /// stands and no second job is made. One whose own job has not begun is cancelled at once: there is nothing
  /// on the calendar, and nobody was told anything but, perhaps, its guest, that it waits for the host.
  package func cancel(
    _ request: ChangeRequest, completion: @escaping Completion<Cancellation>
  ) {
    ledger.transact({ ledger -> Cancellation in
      if let earlier = try request.idempotency.flatMap({ try ledger.repeated($0) }) {
        return .accepted(earlier)
      }
      guard var booking = try ledger.booking(request.booking) else { throw IntakeError.notFound }
      if booking.state == .cancelling || booking.state == .cancelled { return .already(booking) }
      guard let state = booking.state.after(.cancelRequested), booking.time.start > ledger.now
      else { throw IntakeError.refused(.bookingOver) }
      let wasToldToWait = booking.state == .needsOwner
      booking.state = state
      booking.requestedTime = nil
      booking.revision += 1
      booking.reason = request.reason
      booking.updatedAt = ledger.now
      try ledger.update(booking, after: .cancelRequested, by: request.actor)
      let enqueued = try ledger.enqueue(
        booking.job(.cancel, lane: try ledger.lane(of: booking.calendar), deadline: nil))
      if enqueued.result == .void, let ended = booking.state.after(.cancelled) {
        booking.state = ended
        try ledger.update(booking, after: .cancelled, by: .bookend)
        if wasToldToWait { _ = try ledger.enqueue(booking.cancellationMail) }
      }
      return .accepted(
        try ledger.accept(booking, enqueued.id, request.idempotency, request.render(booking)))
    }) { completion($0.mapError { IntakeError($0) }) }
  }
}

/// What became of asking to cancel.
package enum Cancellation: Sendable {
  case accepted(Accepted)
  /// It is being cancelled, or is cancelled, by an earlier request.
  case already(Booking)
}

extension Booking {
  fileprivate var cancellationMail: NewJob {
    NewJob(
      kind: .invitation,
      payload: [
        "version": 1, "bookingId": .string(id.text), "revision": .integer(Int64(revision)),
        "message": "cancelled", "recipient": "guest", "start": .string(time.start.rfc3339),
        "reason": reason.map { .string($0) } ?? .null,
      ],
      organization: organization.text, sequence: "mail:\(id):guest", lane: .mail)
  }

  /// Throws unless it may be moved now.
  fileprivate func requireMovable(now: Timestamp) throws(IntakeError) {
    switch state {
    case .confirmed where time.start > now: return
    case .confirmed: throw .refused(.bookingOver)
    case .pending, .needsOwner, .rescheduling, .cancelling: throw .refused(.changeInProgress)
    case .cancelled: throw .refused(.bookingCancelled)
    case .rejected, .failed: throw .refused(.bookingOver)
    }
  }

  fileprivate func job(_ kind: JobKind, lane: LaneID?, deadline: Timestamp?) -> NewJob {
    NewJob(
      kind: kind,
      payload: [
        "version": 1, "bookingId": .string(id.text), "revision": .integer(Int64(revision)),
      ],
      organization: organization.text, sequence: jobSequence, lane: lane, deadline: deadline)
  }
}
