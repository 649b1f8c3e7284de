import Bookings
import Core
import Queue

extension Intake {
  /// Mails guests who have lost it the address under which they see, move and cancel their booking: at most one
  /// mail per guest and hour.
  ///
  /// Nobody is told whether there is such a booking, not by the answer's words nor by when it comes: this
  /// returns before anything is looked up.
  package func mailAddress(under slug: String, to email: String) {
    ledger.aside {
      // What cannot be read now is asked for again by whoever gets no mail.
      guard let link = try? ledger.link(slug: slug),
        let id = try? ledger.bookingToFind(under: link, of: email, now: time.now())
      else { return }
      ledger.transact({ ledger in
        guard let booking = try ledger.booking(id), try ledger.mayMailAddress(to: email) else {
          return
        }
        _ = try ledger.enqueue(booking.addressMail(at: ledger.now))
      }) { _ in }
    }
  }
}

extension Booking {
  fileprivate func addressMail(at now: Timestamp) -> NewJob {
    NewJob(
      kind: .invitation,
      payload: [
        "version": 1, "bookingId": .string(id.text), "revision": .integer(Int64(revision)),
        "message": "manageLink", "recipient": "guest", "start": .string(time.start.rfc3339),
        // Another mail an hour later is another mail, though it says the same.
        "askedAt": .string(now.rfc3339),
      ],
      organization: organization.text, sequence: "mail:\(id):guest", lane: .mail)
  }
}
