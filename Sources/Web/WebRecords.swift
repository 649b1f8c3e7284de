import Bookings
import Core
import Intake
import Queue

/// What the front reads and writes besides Intake's use cases: accounts, links, bookings and jobs as agents
/// and operators see them. Every verb that a person's request can reach names the organization: what belongs
/// to another is not found. Calls block for one read or one commit.
package protocol WebRecords: OperatorRecords, ProviderCallRecords {
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

  /// The ledger of a single-use link, the latest use first.
  func spends(of link: LinkID, before: Int64?, limit: Int) throws -> [Spend]
  /// Gives a spent link back and answers what `render` makes of it; under an idempotency key an equal request
  /// is answered with the same bytes and reopens nothing. Throws `WebRecordsError`.
  func reopen(
    _ wish: Reopening, request: IdempotentRequest?,
    render: @escaping @Sendable (Link) -> [UInt8]
  ) throws -> (link: Link, answer: [UInt8])

  /// Nil where the organization has mailed too many links of late.
  func mailLink(_ request: LinkMailRequest) throws -> MailedLink?

  func booking(_ id: BookingID) throws -> Booking?
  func bookings(_ query: BookingQuery) throws -> [Booking]
  /// Both as of one moment.
  func bookingWithHistory(
    _ id: BookingID
  ) throws -> (booking: Booking, history: [BookingHistoryEntry])?
  /// What guests have answered to their invitations.
  func answers(of booking: BookingID) throws -> [GuestAnswer]

  func job(_ id: JobID, of organization: String?) throws -> JobRecord?
}

package enum WebRecordsError: Error, Sendable, Equatable {
  case slugTaken
  /// The link is deleted, or has changed meanwhile.
  case linkChanged
  /// The idempotency key was used for another request.
  case requestDiffers
  case notFound
  case notSpent(Link.State)
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
