import Bookings
import Core
import Mail
import Queue

/// Tells a calendar's owner, once per incident, that guests are shown no times because it cannot be read.
package struct IncidentNotices: Sendable {
  /// Where incidents are read. Nil: there is none of that number.
  package typealias Incidents = @Sendable (_ number: Int64) throws -> CalendarIncident?

  private let incidents: Incidents
  private let zones: ZoneDatabase
  private let domain: String
  private let sender: Mailbox

  package init(
    zones: ZoneDatabase, domain: String, sender: Mailbox, incidents: @escaping Incidents
  ) {
    self.incidents = incidents
    self.zones = zones
    self.domain = domain
    self.sender = sender
  }

  /// The job that does it. It belongs into the transaction that records the incident.
  package static func job(
    _ incident: Int64, calendar: CalendarID, organization: OrganizationID
  ) -> NewJob {
    NewJob(
      kind: .invitation, payload: IncidentPayload(incident: incident, calendar: calendar).json,
      organization: organization.text, sequence: "mail:incident:\(incident)", lane: .mail)
  }

  /// The incident; nil where the calendar was read again before anybody could be told.
  func incident(_ payload: IncidentPayload) throws(JobError) -> CalendarIncident? {
    let found: CalendarIncident?
    do {
      found = try incidents(payload.incident)
    } catch {
      throw JobError(.transient, "the incident could not be read: \(error)")
    }
    guard let incident = found else {
      throw JobError(.permanent, "there is no incident \(payload.incident)")
    }
    return incident.endedAt == nil ? incident : nil
  }

  func message(_ incident: CalendarIncident) throws(MailError) -> Message {
    let owner = incident.owner
    return Message(
      incident.notice(zones).letter, from: sender,
      to: try Mailbox(name: owner.name, email: owner.email, field: "host"),
      id: try MessageID("incident.\(incident.number)@\(domain)"), date: incident.beganAt)
  }
}

/// What the job carries.
struct IncidentPayload: Sendable, Equatable {
  static let message = "calendarUnreadable"

  let incident: Int64
  let calendar: CalendarID

  init(incident: Int64, calendar: CalendarID) {
    self.incident = incident
    self.calendar = calendar
  }

  /// Nil where the job is about something else.
  init?(_ job: ClaimedJob) {
    guard let json = try? JSON.parse(Array(job.payload.utf8)),
      json["message"]?.string == IncidentPayload.message,
      let incident = json["incident"]?.integer, let calendar = json["calendarId"]?.string
    else { return nil }
    self.incident = incident
    self.calendar = CalendarID(calendar)
  }

  var json: JSON {
    [
      "version": 1, "message": .string(IncidentPayload.message), "recipient": "host",
      "incident": .integer(incident), "calendarId": .string(calendar.text),
    ]
  }
}

extension CalendarIncident {
  fileprivate func notice(_ zones: ZoneDatabase) -> IncidentNotice {
    let zone = try? zones.zone(owner.timeZone)
    let since =
      zone.map { MeetingTime(start: beganAt, end: beganAt, zone: $0).shortText } ?? beganAt.rfc3339
    return IncidentNotice(
      owner: owner.name, calendar: calendarName, account: connectionName, since: since,
      needsOwner: needsOwner)
  }
}
