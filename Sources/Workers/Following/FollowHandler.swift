import Bookings
import Calendars
import Core
import Queue

/// Reads what has changed on a calendar and has every booking looked at whose event may be among it. Nothing
/// is believed here: the list of a provider is a hint.
package struct FollowHandler: JobHandler {
  private let parts: HandlerParts
  private let records: any FollowRecords

  package init(_ parts: HandlerParts, records: any FollowRecords) {
    self.parts = parts
    self.records = records
  }

  package var kind: JobKind { .follow }

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let id = try calendar(of: attempt.job)
    guard let followed = try using({ try records.followed(id) }) else {
      return Handled(.cancel(reason: "the calendar is no longer connected"))
    }
    guard let lastEnd = followed.lastEnd else {
      return Handled(.cancel(reason: "no booking is ahead on the calendar"))
    }
    let now = parts.time.now()
    let window = FollowHandler.window(now: now, lastEnd: lastEnd)
    let from = followed.isDueForWhole(now: now, lastEnd: lastEnd) ? nil : followed.position
    guard let changes = try changes(on: followed.calendar, since: from, during: window) else {
      return Handled(.completed)
    }
    // Read after the provider was: a booking whose event it may have shown is stored by now.
    let jobs = try using { try looks(at: changes, on: followed, during: window) }
    let reading = CalendarReading(
      calendar: id, from: followed.position, position: changes.position.text,
      window: changes.isWhole ? window : nil)
    try using { try records.take(reading, looking: jobs) }
    if !changes.events.isEmpty { parts.accounts.calendarChanged(id) }
    return Handled(.completed)
  }

  /// The next poll tries again.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }

  // MARK: - Reading

  private func calendar(of job: ClaimedJob) throws(JobError) -> CalendarID {
    guard let json = try? JSON.parse(Array(job.payload.utf8)), json["version"]?.integer == 1,
      let id = json["calendarId"]?.string
    else { throw JobError(.permanent, "the payload names no calendar") }
    return CalendarID(id)
  }

  private func changes(
    on calendar: Calendar, since position: String?, during window: Interval
  ) throws(JobError) -> CalendarChanges? {
    let provider = try parts.provider(of: calendar)
    do throws(ProviderError) {
      return try provider.changes(
        on: calendar, since: position.map { SyncPosition($0) }, during: window)
    } catch {
      throw JobError(error)
    }
  }

  /// A day back, since a meeting that goes on can be moved, and well beyond the last booking, so that the next
  /// ones lie in it.
  private static func window(now: Timestamp, lastEnd: Timestamp) -> Interval {
    Interval(start: now - .days(1), end: max(now, lastEnd) + .days(90))
  }

  // MARK: - Whom it concerns

  private func looks(
    at changes: CalendarChanges, on followed: FollowedCalendar, during window: Interval
  ) throws -> [NewJob] {
    let ahead = try records.bookingsAhead(on: followed.calendar.id)
    let intervals = Dictionary(
      changes.events.map { ($0.remoteID, $0.interval) }, uniquingKeysWith: { $1 })
    var found: [FollowedBooking]
    if changes.isWhole {
      // What stands where it should is not read once more; what is not among it may be gone.
      found = ahead.filter { booking in
        guard let event = booking.event, window.overlaps(booking.time) else { return false }
        return intervals[event] != .some(booking.time)
      }
    } else {
      found = try records.bookings(
        ofEvents: changes.events.map(\.remoteID), on: followed.calendar.id)
    }
    let known = Set(ahead.compactMap(\.event))
    let hasStrangers = changes.events.contains { !known.contains($0.remoteID) }
    // One whose event has no name yet cannot be told from strangers.
    found += ahead.filter { booking in
      booking.event == nil && (booking.state != .pending || hasStrangers)
    }
    return found.filter(\.state.keepsTime).map { booking in
      var look = ObservePayload(booking: booking.id)
      // Also where a whole reading leaves it out.
      look.isReportedGone =
        booking.event.map { intervals[$0] == nil || intervals[$0] == .some(nil) } ?? false
      return parts.observation(
        of: booking.id, organization: followed.organization, on: followed.calendar, look)
    }
  }
}

extension FollowedCalendar {
  /// A position tells of the window that it was made for, at some providers; so the window moves on with the
  /// bookings, and with the months.
  fileprivate func isDueForWhole(now: Timestamp, lastEnd: Timestamp) -> Bool {
    guard let window else { return true }
    // One that begins ahead was read before the clock was set back.
    return lastEnd > window.end || now > window.start + .days(31) || now < window.start
  }
}
