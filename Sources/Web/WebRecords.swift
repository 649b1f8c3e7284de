import Bookings
import Core
import Intake
import Queue

/// What the front reads and writes besides Intake's use cases: accounts, links, bookings and jobs as agents
/// and operators see them. Every verb that a person's request can reach names the organization: what belongs
/// to another is not found. Calls block for one read or one commit.
package protocol WebRecords: OperatorRecords {
  func apiKey(hash: [UInt8]) throws -> APIKey?
  func hosts(of organization: OrganizationID, host: HostID?) throws -> [HostRecord]
  func connections(of organization: OrganizationID, host: HostID?) throws -> [Connection]
  func calendars(of connection: ConnectionID) throws -> [Calendar]
  func calendar(_ id: CalendarID) throws -> Calendar?

  func link(_ id: LinkID) throws -> Link?
  /// Not a deleted one.
  func link(slug: String) throws -> Link?
  func links(_ query: LinkQuery) throws -> [Link]
  /// Nil, or, where an equal request was answered before, that link and that answer. Throws `WebRecordsError`.
  func addLink(
    _ link: Link, request: IdempotentRequest?, answer: [UInt8]
  ) throws -> (link: LinkID, answer: [UInt8])?
  /// False where there is no such link, or none that stands at `revision`.
  func deleteLink(
    _ id: LinkID, of organization: OrganizationID, host: HostID?, revision: Int?
  ) throws -> Bool

  /// Nil where the organization has mailed too many links of late.
  func mailLink(_ request: LinkMailRequest) throws -> MailedLink?

  func booking(_ id: BookingID) throws -> Booking?
  func bookings(_ query: BookingQuery) throws -> [Booking]
  func history(of booking: BookingID) throws -> [BookingHistoryEntry]
  /// What guests have answered to their invitations.
  func answers(of booking: BookingID) throws -> [GuestAnswer]

  func job(_ id: JobID, of organization: String?) throws -> JobRecord?
}

package enum WebRecordsError: Error, Sendable, Equatable {
  case slugTaken
  /// The idempotency key was used for another request.
  case requestDiffers
}

/// "Send my link to Sarah."
package struct LinkMailRequest: Sendable, Equatable {
  package let link: LinkID
  package let organization: OrganizationID
  package let name: String
  package let email: String
  /// The sender's own; may be empty.
  package let words: String
  /// Of the link's zone, as `2026-03-10`: it is sent to the same person once a day.
  package let day: String

  package init(
    link: LinkID, organization: OrganizationID, name: String, email: String, words: String,
    day: String
  ) {
    self.link = link
    self.organization = organization
    self.name = name
    self.email = email
    self.words = words
    self.day = day
  }
}

/// The job that mails a link.
package struct MailedLink: Sendable, Equatable {
  package let job: JobID
  /// It was there already: the same person was sent the link today.
  package let isRepeat: Bool

  package init(job: JobID, isRepeat: Bool) {
    self.job = job
    self.isRepeat = isRepeat
  }
}
