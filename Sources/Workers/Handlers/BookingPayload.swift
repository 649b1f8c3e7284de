import Bookings
import Core
import Queue

/// What jobs about a booking carry. `revision` is that of the change they carry out, or tell of.
struct BookingPayload: Sendable, Equatable {
  /// Raised when a field changes its meaning; jobs of earlier versions may still be waiting.
  static let version = 1

  let booking: BookingID
  var revision = 0
  // What an invitation tells: the booking may have gone on when it is sent.
  var message: InvitationMessage?
  var recipient = InvitationRecipient.guest
  /// Of the meeting that the message is about.
  var start: Timestamp?
  /// Where it is not as far from the start as the booking's own.
  var end: Timestamp?
  /// The time before a move, or the one that was asked for in vain.
  var otherStart: Timestamp?
  var otherEnd: Timestamp?
  /// Whose doing it was, where the host has done it by hand and nobody has asked us for anything.
  var by: BookingActor?
  /// For the guest's eyes.
  var reason: String?
  /// When a guest asked for the booking's address.
  var askedAt: Timestamp?
  /// Of a reminder: how long before the meeting.
  var minutesBefore: Int?

  init(booking: BookingID, revision: Int = 0) {
    self.booking = booking
    self.revision = revision
  }

  init(_ job: ClaimedJob) throws(JobError) {
    do {
      let json = try JSON.parse(Array(job.payload.utf8))
      self = try FieldReader.read(json) { BookingPayload(reading: $0) }
    } catch {
      throw JobError(.permanent, "the payload does not read: \(error)")
    }
  }

  private init?(reading fields: FieldReader) {
    let version = fields.integer("version", in: BookingPayload.version...BookingPayload.version)
    let booking = fields.line("bookingId", length: 1...100)
    let revision = fields.optionalInteger("revision", in: 0...1_000_000)
    message = fields.optionalChoice("message", InvitationMessage.self)
    let recipient = fields.optionalLine("recipient", length: 1...100)
    start = fields.optionalInstant("start")
    end = fields.optionalInstant("end")
    otherStart = fields.optionalInstant("otherStart")
    otherEnd = fields.optionalInstant("otherEnd")
    by = fields.optionalChoice("by", BookingActor.self)
    reason = fields.optionalString("reason", length: 0...10_000)
    askedAt = fields.optionalInstant("askedAt")
    minutesBefore = fields.optionalInteger(
      "minutesBefore", in: LinkSettings.Limit.reminderMinutes)
    guard version != nil, let booking else { return nil }
    self.booking = BookingID(booking)
    self.revision = revision ?? 0
    guard let recipient = InvitationRecipient(recipient ?? "guest") else {
      fields.report("recipient", "must be guest, host or additional-N")
      return nil
    }
    self.recipient = recipient
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("version", .integer(Int64(BookingPayload.version))),
      ("bookingId", .string(booking.text)),
      ("revision", .integer(Int64(revision))),
    ]
    if let message {
      members.append(("message", .string(message.rawValue)))
      members.append(("recipient", .string(recipient.text)))
    }
    if let start { members.append(("start", .string(start.rfc3339))) }
    if let end { members.append(("end", .string(end.rfc3339))) }
    if let otherStart { members.append(("otherStart", .string(otherStart.rfc3339))) }
    if let otherEnd { members.append(("otherEnd", .string(otherEnd.rfc3339))) }
    if let by { members.append(("by", .string(by.rawValue))) }
    if let reason { members.append(("reason", .string(reason))) }
    if let askedAt { members.append(("askedAt", .string(askedAt.rfc3339))) }
    if let minutesBefore { members.append(("minutesBefore", .integer(Int64(minutesBefore)))) }
    return .object(JSONObject(members))
  }
}
