import Bookings
import Calendars
import Core
import Queue

/// Compares one calendar with the bookings on it, and reports what differs. Nothing is changed: what is to be
/// done about it an operator says.
package struct CompareHandler: JobHandler {
  private let parts: HandlerParts
  private let records: any FindingRecords
  private let log: Log

  package init(_ parts: HandlerParts, records: any FindingRecords, log: Log) {
    self.parts = parts
    self.records = records
    self.log = log
  }

  package var kind: JobKind { .compare }

  /// Bookings are made a year ahead at most (`LinkSettings.Limit.rollingDays`), and can be moved from there.
  private static let horizon = Duration.days(400)

  package func run(_ attempt: Attempt) throws(JobError) -> Handled {
    let id = try CalendarPayload(attempt.job).calendar
    guard let found = try using({ try records.calendarWatches(id) }) else {
      return Handled(.cancel(reason: "the calendar's account is no longer connected"))
    }
    let calendar = found.calendar
    let now = parts.time.now()
    let provider = try parts.provider(of: calendar)
    let expected = try using { try records.bookingsToCompare(on: id) }
    let events = try asking { () throws(ProviderError) in
      try provider.ownEvents(
        in: calendar, during: Interval(start: now, end: now + Self.horizon))
    }
    let compared = try Comparison.run(
      Comparison(
        expected: expected, events: events, calendar: id,
        read: { key throws(JobError) in
          try asking { () throws(ProviderError) in try provider.event(key, in: calendar) }
        },
        // After the events: a booking that was made meanwhile has its event by right.
        all: { () throws(JobError) in
          try using { try records.allBookings(of: found.organization) }
        }))
    let new = try using { try records.keep(compared) }
    for finding in new { log(.found(finding)) }
    log(.compared(id, expected: expected.count, compared, new: new.count))
    return Handled(.completed)
  }

  /// The next one comes by itself.
  package func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) -> Handled.Record { .nothing }
}
