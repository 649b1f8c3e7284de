import Bookings
import Core
import Queue

/// What jobs about a booking carry. `revision` is that of the change they carry out.
struct BookingPayload: Sendable, Equatable {
  let booking: BookingID
  let revision: Int
  let message: InvitationMessage?

  init(_ job: ClaimedJob) throws(JobError) {
    do {
      let json = try JSON.parse(Array(job.payload.utf8))
      self = try FieldReader.read(json) { BookingPayload(reading: $0) }
    } catch {
      throw JobError(.permanent, "the payload does not read: \(error)")
    }
  }

  private init?(reading fields: FieldReader) {
    let booking = fields.line("bookingId", length: 1...100)
    let revision = fields.optionalInteger("revision", in: 0...1_000_000)
    let message = fields.optionalChoice("message", InvitationMessage.self)
    _ = fields.optionalLine("recipient", length: 1...320)
    guard let booking else { return nil }
    self.booking = BookingID(booking)
    self.revision = revision ?? 0
    self.message = message
  }
}
