import Bookings
import Core
import Intake

/// What a guest sends to book, from JSON or from the page's form: one set of rules for both.
struct BookingFields: Sendable {
  let start: Timestamp
  let durationMinutes: Int?
  let timeZone: String
  let guest: Guest
  let additionalGuests: [String]
  let notes: String

  /// A name longer than a line helps nobody; eleven people are a meeting, more are an event; notes
  /// are what a calendar's description takes.
  enum Limit {
    static let name = 1...200
    static let additionalGuests = 0...10
    static let notes = 0...5000
    static let timeZone = 1...64
  }

  init(_ json: JSON, zones: ZoneDatabase) throws(FieldProblems) {
    self = try FieldReader.read(json) { BookingFields(reading: $0, zones: zones) }
  }

  private init?(reading fields: FieldReader, zones: ZoneDatabase) {
    let start = fields.instant("start")
    let duration = fields.optionalInteger(
      "durationMinutes", in: LinkSettings.Limit.durationMinutes)
    let timeZone = fields.zoneName("timeZone", zones)
    let guest = fields.object("guest") { Guest(reading: $0) }
    let additional = fields.mailAddresses("additionalGuests", count: Limit.additionalGuests)
    let notes = fields.optionalString("notes", length: Limit.notes)
    // Links have no questions yet; an answer to none would be lost without a word.
    _ = fields.optionalObject("answers") { answers in
      for name in answers.names {
        _ = answers.value(name)
        answers.report(name, "is no question of this link")
      }
      return true
    }
    guard let start, let timeZone, let guest else { return nil }
    self.start = start
    durationMinutes = duration
    self.timeZone = timeZone
    self.guest = guest
    additionalGuests = additional
    self.notes = notes ?? ""
  }

  func request(
    slug: String, idempotency: IdempotentRequest?, json: BookingJSON
  ) -> BookingRequest {
    BookingRequest(
      slug: slug, start: start, durationMinutes: durationMinutes, timeZone: timeZone,
      guest: guest, additionalGuests: additionalGuests, notes: notes, idempotency: idempotency,
      render: { json.accepted($0, for: .guest) })
  }
}

extension Guest {
  fileprivate init?(reading fields: FieldReader) {
    let name = fields.line("name", length: BookingFields.Limit.name)
    let email = fields.mailAddress("email")
    if let name, name.allSatisfy(\.isWhitespace) {
      fields.report("name", "must not be blank")
      return nil
    }
    guard let name, let email else { return nil }
    self.init(name: name, email: email)
  }
}

extension FieldReader {
  /// The name of a zone that this server knows.
  func zoneName(_ name: String, _ zones: ZoneDatabase) -> String? {
    guard let text = line(name, length: BookingFields.Limit.timeZone) else { return nil }
    if (try? zones.zone(text)) != nil { return text }
    report(name, "must be the IANA name of a time zone, such as Europe/Berlin")
    return nil
  }

  fileprivate func mailAddresses(_ name: String, count: ClosedRange<Int>) -> [String] {
    let texts =
      optionalStrings(name, count: count, length: 1...MailAddressLimit.address) ?? []
    if !texts.allSatisfy(isMailAddress) {
      report(name, "must hold mail addresses such as ana@example.com")
    }
    return texts
  }
}
