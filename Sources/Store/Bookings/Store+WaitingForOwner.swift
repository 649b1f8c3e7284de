import Bookings
import Core
import Queue
import SQLite

// Bookings behind a lane that only its owner can open. The job that finds the account closed tells its own
// guest; no other job of the lane runs, so that whoever waits behind it is told here: in the transaction that
// closes the lane, or in the one that comes upon it closed.

extension Store {
  /// Each booking that waits in this lane to be written says so from now on, and its guest is told. Once:
  /// a booking that has waited before is not `pending` any more.
  func tellWaitingGuests(of lane: LaneID, in transaction: Transaction) throws {
    try memory.write(in: transaction)
    let jobs = try allWaiting(in: lane, of: .booking, transaction.connection) { JobFilter.id($0) }
    let waiting = try jobs.compactMap { job in
      try transaction.connection.first(
        """
        SELECT bookings.id FROM jobs CROSS JOIN bookings
          ON bookings.id = substr(sequence, length('booking:') + 1)
        WHERE jobs.id = :job AND bookings.state = 'pending'
        """
      ) {
        $0.bind(":job", job.number)
      } read: {
        $0.identifier(0) as BookingID
      }
    }
    for booking in waiting { try tellWaitingGuest(of: booking, in: transaction) }
  }

  /// The same for the booking of a job that has just come into its lane.
  func tellWaitingGuest(of job: NewJob, in lane: LaneID, in transaction: Transaction) throws {
    guard job.kind == .booking, let booking = job.sequence.flatMap(BookingID.init(sequence:)),
      try laneRow(lane, in: transaction).lane.breaker == .needsOwner
    else { return }
    try tellWaitingGuest(of: booking, in: transaction)
  }

  private func tellWaitingGuest(of id: BookingID, in transaction: Transaction) throws {
    guard try settle(.waitsForOwner(id), in: transaction),
      let booking = try booking(id, transaction.connection)
    else { return }
    _ = try enqueue(booking.waitingMail, in: transaction)
    transaction.notes.afterCommit { [changes] in changes.tell(.booking(id)) }
  }
}

extension Booking {
  fileprivate var waitingMail: NewJob {
    NewJob(
      kind: .invitation,
      payload: [
        "version": 1, "bookingId": .string(id.text), "revision": .integer(Int64(revision)),
        "message": "waitingForHost", "recipient": "guest", "start": .string(time.start.rfc3339),
      ],
      organization: organization.text, sequence: "mail:\(id):guest", lane: .mail,
      deadline: time.start)
  }
}
