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
  /// By the ids of questions; which ones there are is the link's to say.
  let answers: [String: String]

  /// A name longer than a line helps nobody; notes are what a calendar's description takes.
  enum Limit {
    static let name = 1...200
    static let additionalGuests = LinkSettings.Limit.additionalGuests
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
    let answers = fields.optionalObject("answers") { $0.answers() }
    guard let start, let timeZone, let guest else { return nil }
    self.start = start
    durationMinutes = duration
    self.timeZone = timeZone
    self.guest = guest
    additionalGuests = additional
    self.notes = notes ?? ""
    self.answers = answers ?? [:]
  }

  /// - Parameter locale: How the guest reads times; their browser says it beside what they filled in.
  func request(
    slug: String, locale: String, idempotency: IdempotentRequest?, json: BookingJSON
  ) -> BookingRequest {
    BookingRequest(
      slug: slug, start: start, durationMinutes: durationMinutes, timeZone: timeZone,
      locale: locale, guest: guest, additionalGuests: additionalGuests, notes: notes,
      answers: answers,
      idempotency: idempotency, render: { json.accepted($0, for: .guest) })
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

  fileprivate func answers() -> [String: String] {
    guard names.count <= LinkSettings.Limit.questions.upperBound else {
      report("must have at most \(LinkSettings.Limit.questions.upperBound) members")
      return [:]
    }
    let answers = names.compactMap { name in
      optionalString(name, length: LinkSettings.Limit.answerCharacters).map { (name, $0) }
    }
    return Dictionary(answers) { first, _ in first }
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
