import Bookings
import Calendars
import Core
import ICalendar
import Mail

/// What guests are sent about a booking: the iCalendar object and the mail around it. The same booking, change
/// and recipient always give the same bytes under the same Message-ID, so that a repeat is recognizable.
package struct Invitations: Sendable {
  private let parts: HandlerParts
  private let linkURL: @Sendable (Link) -> String

  package init(_ parts: HandlerParts, linkURL: @escaping @Sendable (Link) -> String) {
    self.parts = parts
    self.linkURL = linkURL
  }

  /// The mail of one invitation job. Throws where it cannot be written, as for an address that mail cannot
  /// carry.
  func message(_ payload: BookingPayload, _ found: BookingCase) throws(MailError) -> Message {
    guard let kind = payload.message, let start = payload.start else {
      throw .invalid(field: "payload", detail: "names no message or no time")
    }
    let details = found.booking.details
    let host = found.link.host
    let time = Interval(start: start, duration: found.booking.time.duration)
    let notice = GuestNotice(
      try noticeKind(kind, payload, found), title: details.title, hostName: host.name,
      guestName: details.guest.name.forOthers, location: details.location,
      time: try meetingTime(time, found), reason: payload.reason?.forOthers ?? "",
      manageURL: parts.manageURL(found.booking.id))
    return Message(
      notice, from: try Mailbox(name: host.name, email: host.email, field: "host"),
      to: try payload.recipient.mailbox(details),
      invitation: kind.method.map { method in
        Message.Invitation(
          event(found, at: time, sequence: payload.revision, method: method), method: method)
      },
      id: try messageID(kind, payload, found), date: found.booking.updatedAt)
  }

  /// The iCalendar object of a booking as its guests were last sent it.
  package func object(_ found: BookingCase) -> [UInt8] {
    let booking = found.booking
    let method: EventObject.Method = booking.state == .cancelled ? .cancel : .request
    // A move or cancel that is under way has raised the revision, and nobody was told of it yet.
    let isUnderWay = booking.state == .rescheduling || booking.state == .cancelling
    let sequence = isUnderWay ? max(0, booking.revision - 1) : booking.revision
    let event = event(found, at: booking.time, sequence: sequence, method: method)
    return Array(event.text(method: method).utf8)
  }

  private func event(
    _ found: BookingCase, at time: Interval, sequence: Int, method: EventObject.Method
  ) -> EventObject {
    let draft = parts.draft(found, at: time, sequence: sequence)
    return EventObject(
      uid: draft.uid, sequence: sequence, stamp: draft.stamp, interval: time,
      zone: try? parts.zones.zone(draft.timeZone),
      // The guest's own entry names the host, where the host's names the guest.
      summary: "\(found.booking.details.title): \(found.link.host.name)",
      description: "Move or cancel: \(parts.manageURL(found.booking.id))",
      location: draft.location,
      organizer: .init(name: draft.organizer.name, email: draft.organizer.email),
      attendees: draft.attendees.map { .init(name: $0.name, email: $0.email) },
      status: method == .cancel ? .cancelled : .confirmed, lastModified: draft.stamp,
      booking: found.booking.id)
  }

  private func noticeKind(
    _ message: InvitationMessage, _ payload: BookingPayload, _ found: BookingCase
  ) throws(MailError) -> GuestNotice.Kind {
    let other = Interval(
      start: payload.otherStart ?? found.booking.time.start,
      duration: found.booking.time.duration)
    switch message {
    case .confirmed: return .confirmed
    case .moved: return .moved(from: try meetingTime(other, found))
    case .cancelled: return .cancelled
    case .refused: return .refused(linkURL: linkURL(found.link))
    case .originalTimeStands: return .originalTimeStands(requested: try meetingTime(other, found))
    case .manageLink: return .manageLink
    }
  }

  /// In the zone in which the guest saw the slots.
  private func meetingTime(
    _ time: Interval, _ found: BookingCase
  ) throws(MailError) -> MeetingTime {
    let zone: Zone
    do {
      zone = try parts.zones.zone(found.booking.details.guestTimeZone)
    } catch {
      throw .invalid(field: "timeZone", detail: "\(error)")
    }
    return MeetingTime(start: time.start, end: time.end, zone: zone)
  }

  private func messageID(
    _ message: InvitationMessage, _ payload: BookingPayload, _ found: BookingCase
  ) throws(MailError) -> MessageID {
    let key = parts.eventKey(found.booking)
    let asked = payload.askedAt.map { ".\($0.milliseconds)" } ?? ""
    return try MessageID(
      "\(key).\(payload.revision).\(message.rawValue)\(asked).\(payload.recipient.text)@\(parts.domain)"
    )
  }
}

/// Whom an invitation job writes to: the guest who booked, or one of the others by number.
package enum InvitationRecipient: Sendable, Equatable {
  case guest
  case additional(Int)

  init?(_ text: String) {
    if text == "guest" {
      self = .guest
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
    }
  }

  fileprivate func mailbox(_ details: BookingDetails) throws(MailError) -> Mailbox {
    switch self {
    case .guest:
      return try Mailbox(name: details.guest.name.forOthers, email: details.guest.email)
    case .additional(let number):
      guard details.additionalGuests.indices.contains(number) else {
        throw .invalid(field: "recipient", detail: "there is no such guest")
      }
      return try Mailbox(name: "", email: details.additionalGuests[number])
    }
  }
}

extension InvitationMessage {
  /// What the mail does to the guest's calendar; nil for mere news.
  fileprivate var method: EventObject.Method? {
    switch self {
    case .confirmed, .moved: .request
    case .cancelled: .cancel
    case .refused, .originalTimeStands, .manageLink: nil
    }
  }
}
