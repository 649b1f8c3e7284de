import Bookings
import Mail

/// Whom an invitation job writes to.
package enum InvitationRecipient: Sendable, Equatable {
  /// Who booked.
  case guest
  /// One of those who come along, by number.
  case additional(Int)
  case host

  init?(_ text: String) {
    if text == "guest" {
      self = .guest
    } else if text == "host" {
      self = .host
    } else if let number = Int(text.dropFirst("additional-".count)),
      text == "additional-\(number)", number >= 0
    {
      self = .additional(number)
    } else {
      return nil
    }
  }

  var text: String {
    switch self {
    case .guest: "guest"
    case .additional(let number): "additional-\(number)"
    case .host: "host"
    }
  }

  var reader: BookingNotice.Reader {
    switch self {
    case .guest: .guest
    case .additional: .companion
    case .host: .host
    }
  }

  func mailbox(_ found: BookingCase) throws(MailError) -> Mailbox {
    let details = found.booking.details
    switch self {
    case .guest:
      return try Mailbox(name: details.guest.name.forOthers, email: details.guest.email)
    case .additional(let number):
      guard details.additionalGuests.indices.contains(number) else {
        throw .invalid(field: "recipient", detail: "there is no such guest")
      }
      return try Mailbox(name: "", email: details.additionalGuests[number])
    case .host: return try Mailbox(name: found.link.host.name, email: found.link.host.email)
    }
  }
}
