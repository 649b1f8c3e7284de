import Bookings
import Core
import Queue

/// What a repair carries.
struct RepairPayload: Sendable, Equatable {
  let finding: FindingID
  let repair: Repair

  init(_ job: ClaimedJob) throws(JobError) {
    guard let json = try? JSON.parse(Array(job.payload.utf8)), json["version"] == 1,
      let finding = json["findingId"]?.string.flatMap({ FindingID($0) }),
      let repair = json["repair"]?.string.flatMap(Repair.init(rawValue:))
    else { throw JobError(.permanent, "the payload does not read") }
    self.finding = finding
    self.repair = repair
  }
}
