import Bookings
import Calendars
import Core
import ICalendar
import Mail

/// What people are sent about a booking: the iCalendar object and the mail around it. The same booking,
/// change and recipient always give the same Message-ID, UID and SEQUENCE, so that a repeat is recognizable.
package struct Invitations: Sendable {
  private let parts: HandlerParts
  private let records: any MailRecords
  private let identity: MailIdentity
  private let linkURL: @Sendable (Link) -> String
  private let alternatives: @Sendable (Link, Interval) -> [Interval]

  /// - Parameter alternatives: Some times near one that was refused that are free now. It may block for
  ///   as long as a calendar takes to answer.
  package init(
    _ parts: HandlerParts, records: any MailRecords, identity: MailIdentity,
    linkURL: @escaping @Sendable (Link) -> String,
    alternatives: @escaping @Sendable (Link, Interval) -> [Interval] = { _, _ in [] }
  ) {
    self.parts = parts
    self.records = records
    self.identity = identity
    self.linkURL = linkURL
    self.alternatives = alternatives
  }

  /// The mail of one invitation job, `inWords` without anything for the recipient's calendar program. Throws
  /// where it cannot be written, as for an address that mail cannot carry.
  func message(
    _ payload: BookingPayload, _ found: BookingCase, inWords: Bool = false
  ) throws(MailError) -> Message {
    guard let kind = payload.message else {
      throw .invalid(field: "payload", detail: "names no message")
    }
    let details = found.booking.details
    let host = try Mailbox(
      name: found.link.host.name, email: found.link.host.email, field: "host")
    let time = payload.time(of: found.booking)
    let notice = BookingNotice(
      try noticeKind(kind, payload, found), to: payload.recipient.reader, title: details.title,
      host: .init(name: host.name, email: host.email),
      guest: .init(name: details.guest.name.forOthers, email: details.guest.email),
      companions: details.additionalGuests, location: details.location,
      notes: details.notes.forOthers,
      time: try meetingTime(time, payload, found), reason: payload.reason?.forOthers ?? "",
      conferenceURL: found.booking.conferenceURL ?? "",
      manageURL: parts.manageURL(found.booking.id))
    let isForHost = payload.recipient == .host
    let from = isForHost ? identity.server : try identity.organizer(for: host)
    let method = isForHost || inWords ? nil : kind.method
    var message = Message(
      notice.letter, from: from, to: try payload.recipient.mailbox(found),
      invitation: method.map { method in
        Message.Invitation(
          event(
            found, at: time, sequence: payload.revision, method: method, organizer: from,
            for: payload.recipient), method: method)
      },
      id: try messageID(payload, found), date: found.booking.updatedAt)
    if isForHost {
      message.replyTo = try InvitationRecipient.guest.mailbox(found)
    } else {
      name(host, in: &message)
    }
    return message
  }

  /// The mail that brings somebody a link.
  func message(_ payload: LinkMailPayload, _ link: Link, on day: Timestamp, id: String)
    throws(MailError) -> Message
  {
    let host = try Mailbox(name: link.host.name, email: link.host.email, field: "host")
    let notice = LinkNotice(
      title: link.settings.title, durationsMinutes: link.settings.durationsMinutes,
      host: .init(name: host.name, email: host.email), recipientName: payload.name,
      words: payload.words, linkURL: linkURL(link))
    var message = Message(
      notice.letter, from: try identity.organizer(for: host),
      to: try Mailbox(name: payload.name, email: payload.email),
      id: try MessageID("\(id)@\(parts.domain)"), date: day)
    name(host, in: &message)
    message.unsubscribe = host
    return message
  }

  /// Who stands behind a mail that is not from its own address.
  private func name(_ host: Mailbox, in message: inout Message) {
    switch identity.author {
    case .host: message.sender = identity.server
    case .server: message.replyTo = host
    }
  }

  /// The iCalendar object of a booking as its guests were last sent it.
  package func object(_ found: BookingCase) -> [UInt8] {
    let booking = found.booking
    let method: EventObject.Method = booking.state == .cancelled ? .cancel : .request
    // A move or cancel that is under way has raised the revision, and nobody was told of it yet.
    let isUnderWay = booking.state == .rescheduling || booking.state == .cancelling
    let sequence = isUnderWay ? max(0, booking.revision - 1) : booking.revision
    let host = found.link.host
    let organizer = (try? Mailbox(name: host.name, email: host.email)).flatMap {
      try? identity.organizer(for: $0)
    }
    let event = event(
      found, at: booking.time, sequence: sequence, method: method, organizer: organizer, for: .guest
    )
    return Array(event.text(method: method).utf8)
  }

  private func event(
    _ found: BookingCase, at time: Interval, sequence: Int, method: EventObject.Method,
    organizer: Mailbox?, for recipient: InvitationRecipient
  ) -> EventObject {
    let draft = parts.draft(found, at: time, sequence: sequence)
    // What can be done with the booking is for who made it.
    let manageText =
      recipient == .guest ? "Move or cancel: \(parts.manageURL(found.booking.id))" : ""
    return EventObject(
      uid: found.booking.eventUID ?? draft.uid, sequence: sequence, stamp: draft.stamp,
      interval: time,
      zone: try? parts.zones.zone(draft.timeZone),
      // The guest's own entry names the host, where the host's names the guest.
      summary: "\(found.booking.details.title): \(found.link.host.name)",
      description: manageText, location: draft.location,
      conferenceURL: found.booking.conferenceURL
        ?? (draft.location.isWebAddress ? draft.location : ""),
      organizer: organizer.map { .init(name: $0.name, email: $0.email) },
      attendees: draft.attendees.map { .init(name: $0.name, email: $0.email) },
      status: method == .cancel ? .cancelled : .confirmed, lastModified: draft.stamp,
      booking: found.booking.id)
  }

  private func noticeKind(
    _ message: InvitationMessage, _ payload: BookingPayload, _ found: BookingCase
  ) throws(MailError) -> BookingNotice.Kind {
    let other = payload.otherTime(of: found.booking)
    switch message {
    case .confirmed: return .confirmed
    case .moved: return .moved(from: try meetingTime(other, payload, found))
    case .cancelled: return .cancelled
    case .refused:
      var free: [MeetingTime] = []
      for time in alternatives(found.link, payload.time(of: found.booking)) {
        free.append(try meetingTime(time, payload, found))
      }
      return .refused(linkURL: linkURL(found.link), alternatives: free)
    case .originalTimeStands:
      return .originalTimeStands(requested: try meetingTime(other, payload, found))
    case .waitingForHost: return .waitingForHost
    case .manageLink: return .manageLink
    case .reminder: return .reminder
    case .declined:
      let guest = found.booking.details.guest
      return .declined(
        by: payload.reason?.forOthers ?? (guest.name.isEmpty ? guest.email : guest.name.forOthers))
    }
  }

  /// Guests read times in the zone in which they saw the slots, the host in the host's own.
  private func meetingTime(
    _ time: Interval, _ payload: BookingPayload, _ found: BookingCase
  ) throws(MailError) -> MeetingTime {
    let details = found.booking.details
    let isForHost = payload.recipient == .host
    let zone: Zone
    do {
      let name = isForHost ? try hostZone(found) : details.guestTimeZone
      zone = try parts.zones.zone(name)
    } catch let error as ZoneError {
      throw .invalid(field: "timeZone", detail: "\(error)")
    } catch {
      throw .transient(reason: "the host could not be read: \(error)")
    }
    return MeetingTime(
      start: time.start, end: time.end, zone: zone,
      locale: isForHost ? .neutral : ReaderLocale(tag: details.guestLocale))
  }

  private func hostZone(_ found: BookingCase) throws -> String {
    let host = try records.host(found.link.host.id, of: found.booking.organization)
    return host?.timeZone ?? found.booking.details.hostTimeZone
  }

  private func messageID(
    _ payload: BookingPayload, _ found: BookingCase
  ) throws(MailError) -> MessageID {
    let key = parts.eventKey(found.booking)
    // What is asked for anew is another mail.
    let asked = payload.askedAt.map { ".\($0.milliseconds)" } ?? ""
    return try MessageID(
      "\(key).\(payload.revision).\(payload.messageText).\(payload.recipient.text)\(asked)@\(parts.domain)"
    )
  }
}

extension BookingPayload {
  /// Of the meeting that the message is about; the booking's own where it does not say.
  func time(of booking: Booking) -> Interval {
    interval(start, end, of: booking)
  }

  /// The time before a move, or the one that was asked for in vain.
  func otherTime(of booking: Booking) -> Interval {
    interval(otherStart, otherEnd, of: booking)
  }

  private func interval(_ start: Timestamp?, _ end: Timestamp?, of booking: Booking) -> Interval {
    let start = start ?? booking.time.start
    if let end, end >= start { return Interval(start: start, end: end) }
    return Interval(start: start, duration: booking.time.duration)
  }

  /// Tells apart the messages about one revision of one booking to one person.
  var messageText: String {
    let message = message?.rawValue ?? ""
    return minutesBefore.map { "\(message)-\($0)" } ?? message
  }
}

extension String {
  /// Where a meeting can be joined, as opposed to a place that is described.
  fileprivate var isWebAddress: Bool {
    lowercased().hasPrefix("https://")
      && utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
  }
}
