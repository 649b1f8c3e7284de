import Core
import Testing

@testable import Mail

/// Every letter that we send, by the name of its sample in Tests/Interop/letters.
enum LetterSamples {
  static let names = [
    "guest-confirmed", "guest-moved", "guest-cancelled", "guest-refused",
    "guest-originalTimeStands", "guest-waitingForHost", "guest-manageLink", "guest-reminder",
    "companion-confirmed", "host-booked", "host-moved", "host-cancelled", "host-declined",
    "host-calendarDisconnected", "host-calendarUnreadable", "host-calendarUnwritable", "link",
  ]

  static func letter(_ name: String) throws -> Letter {
    let tokyo = try MailFixture.time(in: "Asia/Tokyo", locale: "en-US")
    let before = try MailFixture.time("2026-03-09T18:00:00Z", "2026-03-09T18:30:00Z")
    switch name {
    case "guest-confirmed": return try notice(.confirmed)
    case "guest-moved": return try notice(.moved(from: before))
    case "guest-cancelled": return try notice(.cancelled, reason: "Down with a cold")
    case "guest-refused":
      let others = [
        try MailFixture.time("2026-03-10T19:00:00Z", "2026-03-10T19:30:00Z"),
        try MailFixture.time("2026-03-11T10:00:00Z", "2026-03-11T10:30:00Z"),
      ]
      return try notice(
        .refused(linkURL: "https://book.example.com/b/intro", alternatives: others),
        reason: "That time has been taken on the host's calendar meanwhile.")
    case "guest-originalTimeStands":
      let requested = try MailFixture.time("2026-03-11T18:00:00Z", "2026-03-11T18:30:00Z")
      return try notice(.originalTimeStands(requested: requested), reason: "It is taken.")
    case "guest-waitingForHost": return try notice(.waitingForHost)
    case "guest-manageLink": return try notice(.manageLink)
    case "guest-reminder":
      return try MailFixture.notice(
        .reminder, time: try MailFixture.time(in: "America/Los_Angeles", locale: "en-US")
      ).letter
    case "companion-confirmed": return try notice(.confirmed, to: .companion)
    case "host-booked":
      return try MailFixture.notice(
        .confirmed, to: .host, companions: ["kim@guest.example", "lee@guest.example"],
        notes: "About the offer.\nIs there parking?", time: tokyo
      ).letter
    case "host-moved": return try notice(.moved(from: before), to: .host)
    case "host-cancelled": return try notice(.cancelled, to: .host)
    case "host-declined": return try notice(.declined(by: "Sam Guest"), to: .host)
    case "host-calendarDisconnected": return incident(.disconnected, waiting: 2)
    case "host-calendarUnreadable":
      return incident(.unreadable(calendar: "Work", needsOwner: false))
    case "host-calendarUnwritable": return incident(.unwritable(calendar: "Work"), waiting: 1)
    default:
      return LinkNotice(
        title: "Intro call", durationsMinutes: [15, 30, 60], host: MailFixture.alex,
        recipientName: "Sarah", words: "Hi Sarah,\n\nit was good to meet you! <Tuesday> & after?",
        linkURL: "https://book.example.com/b/intro"
      ).letter
    }
  }

  private static func incident(_ subject: IncidentNotice.Subject, waiting: Int = 0) -> Letter {
    IncidentNotice(
      owner: "Alex", subject: subject, account: "alex@example.com",
      since: "Mon 9 Mar 2026 18:00 (Europe/Berlin)", waiting: waiting
    ).letter
  }

  private static func notice(
    _ kind: BookingNotice.Kind, to reader: BookingNotice.Reader = .guest, reason: String = ""
  ) throws -> Letter {
    try MailFixture.notice(kind, to: reader, reason: reason).letter
  }
}
