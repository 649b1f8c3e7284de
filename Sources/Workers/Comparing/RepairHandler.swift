import Bookings
import Calendars
import Core
import Queue

/// Puts right what a comparison has found, as an operator has decided.
///
/// What was found may be old: each repair reads the event and the booking again, and where the calendar has gone
/// on since, it changes nothing and says why. A repeat after a crash finds what the first attempt did: the event
/// under its key, at its time, or gone.
package struct RepairHandler: JobHandler {
  private let parts: HandlerParts
  private let records: any FindingRecords
  private let log: Log

  package init(_ parts: HandlerParts, records: any FindingRecords, log: Log) {
    self.parts = parts
    self.records = records
    self.log = log
  }

  package var kind: JobKind { .repair }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let payload = try RepairPayload(attempt.job)
    guard
      let finding = try using({ try records.finding(payload.finding, of: nil) }),
      let found = try using({ try records.calendarWatches(finding.calendar) })
    else { return Handled(.cancel(reason: "the calendar's account is no longer connected")) }
    // This very job may have done it, and died before its own end was recorded.
    let isOwn = finding.asked?.job == attempt.job.lease.job.description
    if finding.resolution != nil && !isOwn { return useless("it was resolved meanwhile") }
    let step = Step(
      finding: finding, calendar: found.calendar, provider: try parts.provider(of: found.calendar),
      attempt: attempt)
    let handled: Handled
    do {
      handled = try carryOut(payload.repair, step)
    } catch {
      guard let refusal = error as? Useless else { throw JobError(wrapping: error) }
      return useless(refusal.reason)
    }
    // Before the job's end, which tells people: a repeat of it does both again.
    try using { try records.noteRepaired(finding.id) }
    log(.repaired(finding.id, payload.repair))
    return handled
  }

  /// The finding stands, and says which job tried.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }

  private struct Step {
    let finding: Finding
    let calendar: Calendar
    let provider: any CalendarProvider
    let attempt: Attempt
  }

  /// The calendar, or the booking, has gone on: there is nothing to repair any more.
  private struct Useless: Error {
    let reason: String
  }

  private func useless(_ reason: String) -> Handled { Handled(.cancel(reason: reason)) }

  private func carryOut(_ repair: Repair, _ step: Step) throws -> Handled {
    switch repair {
    case .recreateEvent: try recreate(step)
    case .cancelBooking: try cancel(step)
    case .removeEvent: try remove(step)
    case .followCalendar: try follow(step)
    case .restoreTime: try restore(step)
    }
  }

  // MARK: - Missing

  private func recreate(_ step: Step) throws -> Handled {
    var found = try bookingAhead(of: step)
    if try event(parts.eventKey(found.booking), step) != nil { return Handled(.completed) }
    if try parts.isTaken(found.booking.time, found, exceptOwn: true) {
      throw Useless(reason: "its time has been taken on the calendar meanwhile")
    }
    // A provider that remembers the event which was there takes no other one under its key.
    var made = try create(found, step)
    if made == nil {
      let generation = found.booking.generation
      let isRaised = try using {
        try records.raiseGeneration(of: found.booking.id, from: generation)
      }
      found = try bookingAhead(of: step)
      made = isRaised ? try create(found, step) : nil
    }
    guard let made else {
      throw JobError(.conflict, "the calendar does not take the event anew")
    }
    return Handled(
      .completed,
      Handled.Record(
        settlement: Settlement(
          booking: found.booking.id, change: nil, event: made.remoteID,
          conferenceURL: made.conference.url, uids: parts.uids(of: found.booking, made))))
  }

  /// Nil where the provider remembers that the event was cancelled.
  private func create(_ found: BookingCase, _ step: Step) throws -> EventReference? {
    let draft = parts.draft(found, at: found.booking.time, sequence: found.booking.revision)
    defer { parts.accounts.calendarChanged(step.calendar.id) }
    let change = parts.change("create", found.booking)
    return try parts.change(change, at: step.provider, step.attempt) {
      provider throws(ProviderError) in
      do throws(ProviderError) {
        return try provider.create(draft, in: step.calendar)
      } catch {
        if error.kind == .conflict(.gone) { return nil }
        throw error
      }
    }
  }

  private func cancel(_ step: Step) throws -> Handled {
    let found = try bookingAhead(of: step)
    if try event(parts.eventKey(found.booking), step) != nil {
      throw Useless(reason: "the event is on the calendar")
    }
    parts.accounts.calendarChanged(step.calendar.id)
    return Handled(.completed, parts.cancelledByHost(found.booking))
  }

  // MARK: - Extra

  private func remove(_ step: Step) throws -> Handled {
    let difference = step.finding.difference
    guard let key = EventKey(text: difference.key), let remoteID = difference.remoteID else {
      throw JobError(.permanent, "the finding names no event of ours")
    }
    let found = try difference.booking.map { id in
      try parts.bookingCase(BookingPayload(booking: id))
    }
    let own = try event(key, step)
    if let own, own.reference.remoteID == remoteID {
      if let found, found.booking.state.keepsTime, parts.eventKey(found.booking) == key,
        found.booking.calendar == step.calendar.id
      {
        throw Useless(reason: "its booking is \(found.booking.state.rawValue)")
      }
      let draft = draft(of: key, found, own, step)
      let change = "remove \(key) \(step.finding.id)"
      defer { parts.accounts.calendarChanged(step.calendar.id) }
      try parts.change(change, at: step.provider, step.attempt) { provider throws(ProviderError) in
        try provider.remove(draft, in: step.calendar)
      }
      return Handled(.completed)
    }
    // Ours is gone, which is what was wanted.
    if !difference.isCopy { return Handled(.completed) }
    let interval = difference.found ?? Interval(start: parts.time.now(), duration: .zero)
    let copy = MarkedEvent(remoteID: remoteID, key: difference.key, interval: interval)
    defer { parts.accounts.calendarChanged(step.calendar.id) }
    let change = "remove copy \(step.finding.id)"
    try parts.change(change, at: step.provider, step.attempt) { provider throws(ProviderError) in
      try provider.removeCopy(copy, in: step.calendar)
    }
    return Handled(.completed)
  }

  /// Of an event whose booking may be none of ours: no more than finds it.
  private func draft(
    of key: EventKey, _ found: BookingCase?, _ event: StoredEvent, _ step: Step
  ) -> EventDraft {
    let person = EventPerson(name: "", email: "")
    return EventDraft(
      key: key, uid: key.uid(domain: parts.domain), booking: found?.booking.id ?? BookingID(""),
      sequence: event.sequence + 1, interval: event.interval, timeZone: step.calendar.timeZone,
      summary: "", description: "", location: "", organizer: person, attendees: [], url: nil,
      stamp: parts.time.now())
  }

  // MARK: - Moved

  private func follow(_ step: Step) throws -> Handled {
    let found = try bookingAhead(of: step)
    guard let event = try event(parts.eventKey(found.booking), step) else {
      throw Useless(reason: "the event is no longer on the calendar")
    }
    if event.interval == found.booking.time { return Handled(.completed) }
    parts.accounts.calendarChanged(step.calendar.id)
    return Handled(.completed, parts.movedByHost(found.booking, to: event.interval, event))
  }

  private func restore(_ step: Step) throws -> Handled {
    let found = try bookingAhead(of: step)
    let booking = found.booking
    guard let event = try event(parts.eventKey(booking), step) else {
      throw Useless(reason: "the event is no longer on the calendar")
    }
    if event.interval == booking.time { return Handled(.completed) }
    if try parts.isTaken(booking.time, found, exceptOwn: true) {
      throw Useless(reason: "its time has been taken on the calendar meanwhile")
    }
    // No lower than what other programs have made of it, or the move would look older than that.
    let sequence = max(booking.revision, event.sequence)
    let draft = parts.draft(found, at: booking.time, sequence: sequence)
    defer { parts.accounts.calendarChanged(step.calendar.id) }
    let change = parts.change("restore", booking, revision: booking.revision)
    let isGone = try parts.change(change, at: step.provider, step.attempt) {
      provider throws(ProviderError) in
      do throws(ProviderError) {
        _ = try provider.move(draft, in: step.calendar)
        return false
      } catch {
        if error.kind == .conflict(.gone) { return true }
        throw error
      }
    }
    if isGone { throw Useless(reason: "the event is no longer on the calendar") }
    return Handled(.completed)
  }

  // MARK: - Reading

  /// The finding's booking, where it still is what was compared. Throws `Useless`.
  private func bookingAhead(of step: Step) throws -> BookingCase {
    let difference = step.finding.difference
    guard let id = difference.booking else {
      throw JobError(.permanent, "the finding names no booking")
    }
    let found = try parts.bookingCase(BookingPayload(booking: id))
    let booking = found.booking
    guard booking.state == .confirmed else {
      throw Useless(reason: "the booking is \(booking.state.rawValue) by now")
    }
    if booking.time.start <= parts.time.now() { throw Useless(reason: "the meeting has begun") }
    guard booking.time == difference.agreed else {
      throw Useless(reason: "the booking was moved meanwhile")
    }
    return found
  }

  private func event(_ key: EventKey, _ step: Step) throws(JobError) -> StoredEvent? {
    let event = try asking { () throws(ProviderError) in
      try step.provider.event(key, in: step.calendar)
    }
    return event.flatMap { $0.isCancelled ? nil : $0 }
  }
}

extension JobError {
  /// Only this and `Useless` are thrown on the way.
  fileprivate init(wrapping error: any Error) {
    self = error as? JobError ?? JobError(.permanent, "\(error)")
  }
}
