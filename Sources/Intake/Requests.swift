import Bookings
import Core
import Queue

/// Makes the answer's body for a booking: all of it but the job's id, which is put in inside the transaction,
/// where the answer is kept under its key and everybody waits.
package typealias Rendering = @Sendable (Booking) -> @Sendable (JobID) -> [UInt8]

/// What a guest sends to book a slot. Its texts have been checked; its time has not.
package struct BookingRequest: Sendable {
  package var slug: String
  package var start: Timestamp
  /// Nil is the link's first.
  package var durationMinutes: Int?
  /// IANA name of the zone in which the guest saw the slots.
  package var timeZone: String
  /// How the guest reads times: a language tag such as `en-US`, or empty.
  package var locale: String
  package var guest: Guest
  package var additionalGuests: [String]
  package var notes: String
  /// By the ids of the link's questions; not checked yet.
  package var answers: [String: String]
  package var idempotency: IdempotentRequest?
  package var render: Rendering

  package init(
    slug: String, start: Timestamp, durationMinutes: Int?, timeZone: String, locale: String = "",
    guest: Guest, additionalGuests: [String], notes: String, answers: [String: String] = [:],
    idempotency: IdempotentRequest?, render: @escaping Rendering
  ) {
    self.slug = slug
    self.start = start
    self.durationMinutes = durationMinutes
    self.timeZone = timeZone
    self.locale = locale
    self.guest = guest
    self.additionalGuests = additionalGuests
    self.notes = notes
    self.answers = answers
    self.idempotency = idempotency
    self.render = render
  }

  func duration(of link: Link) -> Duration {
    .minutes(durationMinutes ?? link.settings.durationsMinutes.first ?? 0)
  }

  /// Throws `invalid` where it does not say what the link asks for.
  func details(_ link: Link) throws(IntakeError) -> BookingDetails {
    var problems: [FieldProblem] = []
    let most = link.settings.maximumAdditionalGuests
    if additionalGuests.count > most {
      let detail = most == 0 ? "are not taken by this link" : "must have at most \(most) elements"
      problems.append(
        FieldProblem(
          pointer: JSONPointer.root.appending(key: "additionalGuests"), detail: detail))
    }
    var answers: [Answer] = []
    do throws(FieldProblems) {
      answers = try link.settings.answers(self.answers)
    } catch {
      problems += error.problems
    }
    if !problems.isEmpty { throw .invalid(problems) }
    return BookingDetails(
      title: link.settings.title, location: link.settings.location.place,
      guestTimeZone: timeZone, hostTimeZone: link.settings.timeZone, guest: guest,
      additionalGuests: additionalGuests, notes: notes, answers: answers,
      bufferBeforeMinutes: link.settings.bufferBeforeMinutes,
      bufferAfterMinutes: link.settings.bufferAfterMinutes, guestLocale: locale,
      remindersMinutes: link.settings.remindersMinutes,
      wantsConference: link.settings.location.kind.maker != nil)
  }
}

/// What a guest, or a host, sends to move or cancel a booking.
package struct ChangeRequest: Sendable {
  package var booking: BookingID
  /// Who asks: the guest, or the host.
  package var actor: BookingActor
  package var reason: String?
  package var idempotency: IdempotentRequest?
  package var render: Rendering

  package init(
    booking: BookingID, actor: BookingActor, reason: String?, idempotency: IdempotentRequest?,
    render: @escaping Rendering
  ) {
    self.booking = booking
    self.actor = actor
    self.reason = reason
    self.idempotency = idempotency
    self.render = render
  }
}

/// A request that is on the disk.
package struct Accepted: Sendable, Equatable {
  package let booking: BookingID
  package let job: JobID
  /// What `render` made of it, the first time.
  package let body: [UInt8]
  /// It was accepted before, under the same idempotency key.
  package let isRepeat: Bool

  package init(booking: BookingID, job: JobID, body: [UInt8], isRepeat: Bool) {
    self.booking = booking
    self.job = job
    self.body = body
    self.isRepeat = isRepeat
  }
}
