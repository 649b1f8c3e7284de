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

  func booking(_ id: BookingID) throws -> Booking?
  func bookings(_ query: BookingQuery) throws -> [Booking]
  func history(of booking: BookingID) throws -> [BookingHistoryEntry]

  func job(_ id: JobID, of organization: String?) throws -> JobRecord?
}

package enum WebRecordsError: Error, Sendable, Equatable {
  case slugTaken
  /// The idempotency key was used for another request.
  case requestDiffers
}
