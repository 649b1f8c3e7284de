import Bookings
import Core
import Intake
import Queue
import SQLite

extension Store {
  /// Starts a repair: a job that looks again before it changes anything. Answers what `render` makes of the
  /// finding; under an idempotency key an equal request is answered with the same bytes and starts nothing.
  /// Throws `RepairRefusal`.
  package func repair(
    _ wish: RepairWish, request: IdempotentRequest? = nil,
    render: @escaping @Sendable (Finding) -> [UInt8] = { _ in [] }
  ) throws -> (finding: Finding?, answer: [UInt8]) {
    try write { transaction in
      let connection = transaction.connection
      if let request, let organization = wish.organization,
        let earlier = try self.answer(to: request, of: organization, connection)
      {
        return (nil, earlier)
      }
      let finding = try self.repairable(wish, connection)
      let job = try self.enqueue(self.job(for: wish, finding, connection), in: transaction)
      try connection.run(
        """
        UPDATE findings SET repair = :repair, repair_by = :by, repair_at = :now,
          repair_job_id = :job
        WHERE id = :id
        """
      ) {
        $0.bind(":repair", wish.repair.rawValue)
        $0.bind(":by", wish.by)
        $0.bind(":now", transaction.now)
        $0.bind(":job", job.id.number)
        $0.bind(":id", finding.id.number)
      }
      guard let started = try self.finding(finding.id, connection) else {
        trap("a finding that was changed is there")
      }
      let body = render(started)
      if let request, let organization = wish.organization {
        try self.record(body, to: request, of: organization, in: transaction)
      }
      return (started, body)
    }
  }

  /// The finding that would be repaired. Throws `RepairRefusal` as `repair` would.
  package func forecast(_ wish: RepairWish) throws -> Finding {
    try read { try repairable(wish, $0) }
  }

  private func repairable(
    _ wish: RepairWish, _ connection: SQLiteConnection
  ) throws -> Finding {
    guard let finding = try finding(wish.finding, connection),
      wish.organization == nil || wish.organization == finding.organization
    else { throw RepairRefusal.notFound }
    if let resolution = finding.resolution { throw RepairRefusal.resolved(resolution) }
    let difference = finding.difference
    guard wish.repair.kind == difference.kind else {
      throw RepairRefusal.doesNotFit(difference.kind)
    }
    if difference.isCopy && !wish.isForCopies { throw RepairRefusal.isCopy }
    if let job = finding.asked?.job, let id = JobID(job), try !hasEnded(id, connection) {
      throw RepairRefusal.underWay(job)
    }
    if let booking = difference.booking, try isInHand(booking, connection) {
      throw RepairRefusal.bookingIsBusy
    }
    return finding
  }

  private func hasEnded(_ job: JobID, _ connection: SQLiteConnection) throws -> Bool {
    try !connection.exists("SELECT 1 FROM jobs WHERE id = :id AND finished_at IS NULL") {
      $0.bind(":id", job.number)
    }
  }

  private func job(
    for wish: RepairWish, _ finding: Finding, _ connection: SQLiteConnection
  ) throws -> NewJob {
    var payload: [(String, JSON)] = [
      ("version", 1), ("findingId", .string(finding.id.description)),
      ("repair", .string(wish.repair.rawValue)), ("by", .string(wish.by)),
    ]
    if let booking = finding.difference.booking {
      payload.append(("bookingId", .string(booking.text)))
    }
    return NewJob(
      kind: .repair, payload: .object(JSONObject(payload)), organization: finding.organization.text,
      // In order with what else becomes of the booking.
      sequence: finding.difference.booking.map { "booking:\($0)" },
      lane: try lane(of: finding.calendar, connection))
  }

  private func answer(
    to request: IdempotentRequest, of organization: OrganizationID, _ connection: SQLiteConnection
  ) throws -> [UInt8]? {
    let earlier = try connection.first(
      """
      SELECT digest, body FROM finding_requests
      WHERE organization_id = :organization AND key = :key
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":key", request.key)
    } read: {
      (digest: $0.blob(0), body: $0.blob(1))
    }
    guard let earlier else { return nil }
    if earlier.digest != request.digest { throw RepairRefusal.requestDiffers }
    return earlier.body
  }

  private func record(
    _ body: [UInt8], to request: IdempotentRequest, of organization: OrganizationID,
    in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO finding_requests (organization_id, key, digest, body, created_at)
      VALUES (:organization, :key, :digest, :body, :now)
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":key", request.key)
      $0.bind(":digest", request.digest)
      $0.bind(":body", body)
      $0.bind(":now", transaction.now)
    }
  }

  // MARK: - For the job

  /// A job of ours has put it right. Once and for all: its repeat finds it so.
  package func noteRepaired(_ id: FindingID) throws {
    try write { try self.resolve(id, .repaired, in: $0) }
  }

  /// The booking's event is to be made anew under another key, since the provider remembers the one before.
  /// False where somebody else has raised it meanwhile.
  package func raiseGeneration(of booking: BookingID, from generation: Int) throws -> Bool {
    try write { transaction in
      try transaction.connection.run(
        """
        UPDATE bookings SET generation = generation + 1
        WHERE id = :id AND generation = :generation
        """
      ) {
        $0.bind(":id", booking)
        $0.bind(":generation", generation)
      } > 0
    }
  }
}
