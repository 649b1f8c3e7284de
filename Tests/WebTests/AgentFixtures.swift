import Bookings
import Core
import Queue

@testable import Web

extension Link {
  static func fixture(
    _ number: Int, host: HostRecord = AgentWorld.ana, kind: Link.Kind = .recurring,
    state: Link.State = .active, revision: Int = 1
  ) -> Link {
    Link(
      id: LinkID("lnk_\(number)"), organization: host.organization,
      host: LinkHost(id: host.id, name: host.name, email: host.email), slug: "slug-\(number)",
      kind: kind, state: state, revision: revision,
      settings: LinkSettings(
        title: "Call \(number)", timeZone: "UTC",
        weekly: [
          WeeklyWindow(days: Set(Weekday.allCases), fromMinute: 0, toMinute: 1440)
        ]),
      destination: CalendarID("cal_\(host.name.lowercased())_main"), conflicts: [],
      createdAt: AgentWorld.now, updatedAt: AgentWorld.now)
  }
}

extension Booking {
  /// Tomorrow at 12:00 UTC, half an hour, of the link of that number.
  static func fixture(
    _ number: Int, link: Int = 1, host: HostRecord = AgentWorld.ana,
    state: BookingState = .confirmed
  ) -> Booking {
    Booking(
      id: BookingID("bkg_\(number)"), organization: host.organization,
      link: LinkID("lnk_\(link)"), calendar: CalendarID("cal_\(host.name.lowercased())_main"),
      state: state, revision: 1,
      time: Interval(start: AgentWorld.now + .days(1), duration: .minutes(30)),
      details: BookingDetails(
        title: "Call", location: "", guestTimeZone: "Asia/Tokyo", hostTimeZone: "UTC",
        guest: Guest(name: "Gil", email: "gil@example.com")),
      createdAt: AgentWorld.now, updatedAt: AgentWorld.now)
  }
}

extension JobRecord {
  static func fixture(
    _ number: Int64, _ state: JobState = .available, kind: JobKind = .booking,
    organization: String? = AgentWorld.organization.text, sequence: String? = nil,
    runAt: Timestamp = AgentWorld.now, attempt: Int = 0, reason: String? = nil,
    error: JobError? = nil
  ) -> JobRecord {
    JobRecord(
      id: JobID(number: number), kind: kind, organization: organization, queue: "calendar",
      priority: 0, state: state, payload: #"{"bookingId":"bkg_1"}"#, sequence: sequence,
      runAt: runAt, deadline: nil, attempt: attempt, maxAttempts: 40, fence: attempt,
      reason: reason, error: error, enqueuedAt: AgentWorld.now, startedAt: nil, finishedAt: nil)
  }
}
