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

  package init(zones: ZoneDatabase, domain: String, incidents: @escaping Incidents) {
    self.incidents = incidents
    self.zones = zones
    self.domain = domain
  }

  /// The job that does it. It belongs into the transaction that records the incident.
  package static func job(
    _ incident: Int64, calendar: CalendarID, organization: OrganizationID
  ) -> NewJob {
    NewJob(
      kind: .invitation, payload: IncidentPayload(incident: incident, calendar: calendar).json,
      organization: organization.text, sequence: "mail:incident:\(incident)", lane: .mail)
  }

  /// The mail; nil where the calendar was read again before anybody could be told.
  func message(_ payload: IncidentPayload) throws(JobError) -> Message? {
    let found: CalendarIncident?
    do {
      found = try incidents(payload.incident)
    } catch {
      throw JobError(.transient, "the incident could not be read: \(error)")
    }
    guard let incident = found else {
      throw JobError(.permanent, "there is no incident \(payload.incident)")
    }
    if incident.endedAt != nil { return nil }
    do throws(MailError) {
      let owner = incident.owner
      return Message(
        // The program writes to its host about the host's own calendar: no other address is known to be one.
        from: try Mailbox(name: "Bookend", email: owner.email, field: "host"),
        to: try Mailbox(name: owner.name, email: owner.email, field: "host"),
        subject: incident.subject, plainText: incident.text(zones),
        html: Message.html(of: incident.text(zones)),
        id: try MessageID("incident.\(incident.number)@\(domain)"), date: incident.beganAt)
    } catch {
      throw JobError(.permanent, error.description)
    }
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
  fileprivate var subject: String { "Guests see no times: “\(calendarName)” cannot be read" }

  fileprivate func text(_ zones: ZoneDatabase) -> String {
    """
    Hello \(owner.name),

    your calendar “\(calendarName)” (\(connectionName)) could not be read at \(when(zones)). Guests who open \
    your links are told so, and are offered no times, because nobody knows which are free. Bookings that \
    were made stay as they are.

    \(advice)

    You get one message of this kind until the calendar was read again.

    """
  }

  private var advice: String {
    needsOwner
      ? "The account no longer accepts its password or permission: connect it again."
      : "It is tried again whenever a guest looks, and times return by themselves. If it goes on, look "
        + "whether the account works elsewhere."
  }

  private func when(_ zones: ZoneDatabase) -> String {
    guard let zone = try? zones.zone(owner.timeZone) else { return beganAt.rfc3339 }
    return MeetingTime(start: beganAt, end: beganAt, zone: zone).shortText
  }
}
