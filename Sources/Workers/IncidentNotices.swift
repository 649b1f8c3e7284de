import Bookings
import Core
import Mail
import Queue

/// Tells an owner, once per incident, that an account lets nobody in, or that a calendar cannot be read or not
/// be written. The job that does it is enqueued where the incident begins.
package struct IncidentNotices: Sendable {
  /// Where incidents are read. Nil: there is none of that number.
  package typealias Incidents = @Sendable (_ number: Int64) throws -> Incident?

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

  /// The incident; nil where it was over before anybody could be told.
  func incident(_ payload: IncidentPayload) throws(JobError) -> Incident? {
    guard let number = payload.incident else { return nil }
    let found: Incident?
    do {
      found = try incidents(number)
    } catch {
      throw JobError(.transient, "the incident could not be read: \(error)")
    }
    guard let incident = found else {
      throw JobError(.permanent, "there is no incident \(number)")
    }
    return incident.endedAt == nil ? incident : nil
  }

  func message(_ incident: Incident) throws(MailError) -> Message {
    let owner = incident.owner
    return Message(
      incident.notice(zones).letter, from: sender,
      to: try Mailbox(name: owner.name, email: owner.email, field: "host"),
      id: try MessageID("incident.\(incident.number)@\(domain)"), date: incident.beganAt)
  }
}

extension Incident {
  fileprivate func notice(_ zones: ZoneDatabase) -> IncidentNotice {
    let zone = try? zones.zone(owner.timeZone)
    let since =
      zone.map { MeetingTime(start: beganAt, end: beganAt, zone: $0).shortText } ?? beganAt.rfc3339
    let calendar = calendarName ?? ""
    let subject: IncidentNotice.Subject =
      switch use {
      case nil: .disconnected
      case .reading: .unreadable(calendar: calendar, needsOwner: cause == .owner)
      case .writing: .unwritable(calendar: calendar)
      }
    return IncidentNotice(
      owner: owner.name, subject: subject, account: connectionName, since: since,
      waiting: waitingJobs)
  }
}
