import Bookings
import Core
import Queue
import SQLite

// Bookings behind a lane that only its owner can open. The job that finds the account closed tells its own
// guest; no other job of the lane runs, so that whoever waits behind it is told here: in the transaction that
// closes the lane, or in the one that comes upon it closed. Where many wait, the first of these only notes that
// they are to be told, and they are in bites.

extension Store {
  /// Each booking that waits in this lane to be written says so from now on, and its guest is told. Once:
  /// a booking that has waited before is not `pending` any more.
  func tellWaitingGuests(of lane: LaneID, in transaction: Transaction) throws {
    let connection = transaction.connection
    if try laneRow(lane, in: transaction).lane.waiting > Store.tellingBite {
      try connection.run(
        """
        INSERT INTO tellings (lane, asked_at) VALUES (:lane, :now)
        ON CONFLICT (lane) DO UPDATE SET asked_at = max(asked_at + 1, excluded.asked_at)
        """
      ) {
        $0.bind(":lane", lane.rawValue)
        $0.bind(":now", transaction.now)
      }
      return
    }
    // What waits is looked for in the lane as it is written.
    try memory.write(in: transaction)
    let jobs = try allWaiting(in: lane, of: .booking, connection) { JobFilter.id($0) }
    for job in jobs { try tellWaitingGuest(of: job, in: lane, transaction) }
  }

  /// Guests whom one transaction tells: some milliseconds' work.
  static let tellingBite = 20

  /// Carries out what was noted. Done twice, or by two processes at once, it does the same.
  func finishTellings() throws {
    let asked = try ask { connection in
      try connection.all("SELECT lane, asked_at FROM tellings ORDER BY asked_at, lane") {
        (lane: LaneID(rawValue: $0.string(0)), at: $0.timestamp(1))
      }
    }
    for telling in asked {
      // Who comes later is told when coming.
      let jobs = try read { connection in
        try allWaiting(in: telling.lane, of: .booking, connection) { JobFilter.id($0) }
      }
      for start in stride(from: 0, to: jobs.count, by: Store.tellingBite) {
        let bite = Array(jobs[start...].prefix(Store.tellingBite))
        try writeBite { transaction in
          for job in bite { try self.tellWaitingGuest(of: job, in: telling.lane, transaction) }
        }
      }
      try write { transaction in
        // Asked for once more meanwhile, it is done once more.
        try transaction.connection.run(
          "DELETE FROM tellings WHERE lane = :lane AND asked_at = :askedAt"
        ) {
          $0.bind(":lane", telling.lane.rawValue)
          $0.bind(":askedAt", telling.at)
        }
        return
      }
    }
  }

  /// The guest of a job that was found waiting: if it still does, in a lane that is still closed.
  private func tellWaitingGuest(
    of job: JobID, in lane: LaneID, _ transaction: Transaction
  ) throws {
    guard try laneRow(lane, in: transaction).lane.breaker == .needsOwner else { return }
    let booking = try transaction.connection.first(
      """
      SELECT bookings.id FROM jobs CROSS JOIN bookings
        ON bookings.id = substr(sequence, length('booking:') + 1)
      WHERE jobs.id = :job AND jobs.state = 'available' AND waits_for = 'lane' AND lane = :lane
        AND bookings.state = 'pending'
      """
    ) {
      $0.bind(":job", job.number)
      $0.bind(":lane", lane.rawValue)
    } read: {
      $0.identifier(0) as BookingID
    }
    if let booking { try tellWaitingGuest(of: booking, in: transaction) }
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
