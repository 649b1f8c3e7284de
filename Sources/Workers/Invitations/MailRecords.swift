import Bookings
import Core
import Queue

/// Where invitation jobs read what they tell, and write down what has become of it. Each write is on the
/// disk when it returns.
package protocol MailRecords: Sendable {
  func host(_ id: HostID, of organization: OrganizationID) throws -> HostRecord?
  func link(_ id: LinkID) throws -> Link?

  func delivery(_ key: String) throws -> Delivery?
  func record(_ delivery: Delivery) throws
  /// Whether the provider has told this person of the booking before.
  func isToldByProvider(_ booking: BookingID, recipient: String) throws -> Bool

  /// Keeps where people join, the first that is told of it.
  func keepConference(_ url: String, of booking: BookingID) throws

  /// The booking whose event those who are invited know by this UID.
  func booking(uid: String) throws -> BookingID?
  func keep(uid: String, of booking: BookingID) throws
  func history(of booking: BookingID) throws -> [BookingHistoryEntry]

  /// Keeps what a guest has answered, with the jobs that follow from it; false where it is no news.
  func record(_ answer: GuestAnswer, followUps: [NewJob]) throws -> Bool
}
