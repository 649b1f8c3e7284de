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
  /// By the slug that it has or had before; not a deleted one.
  func link(slug: String) throws -> Link?
  func links(_ query: LinkQuery) throws -> [Link]
  /// What an equal request about a link was answered before. Throws `WebRecordsError.requestDiffers`.
  func linkAnswer(
    to request: IdempotentRequest, of organization: OrganizationID
  ) throws -> (link: LinkID, body: [UInt8])?
  /// Keeps a new link, or another state of one that stands at `revision`, the operation's record, and the
  /// answer under the request's key. Nil, or what an equal request was answered before. Throws
  /// `WebRecordsError`.
  func keepLink(
    _ link: Link, replacing revision: Int?, as operation: LinkOperation,
    request: IdempotentRequest?, answer: [UInt8]
  ) throws -> (link: LinkID, body: [UInt8])?

  func booking(_ id: BookingID) throws -> Booking?
  func bookings(_ query: BookingQuery) throws -> [Booking]
  func history(of booking: BookingID) throws -> [BookingHistoryEntry]

  func job(_ id: JobID, of organization: String?) throws -> JobRecord?
}

package enum WebRecordsError: Error, Sendable, Equatable {
  case slugTaken
  /// The link is deleted, or has changed meanwhile.
  case linkChanged
  /// The idempotency key was used for another request.
  case requestDiffers
}
