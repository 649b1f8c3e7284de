import Bookings
import Core
import Intake
import Queue

/// What operators see and do of the queue. Every organization's operators see its own jobs and lanes; queues
/// are the whole server's.
package protocol OperatorRecords: FindingReports {
  func jobs(_ query: JobQuery) throws -> [JobRecord]
  func attempts(of job: JobID) throws -> [AttemptRecord]
  func effects(of job: JobID) throws -> [EffectRecord]

  /// Throws `JobActionRefusal` where the action does not apply; the record's number otherwise.
  func act(_ action: JobAction, on id: JobID) throws -> Int64
  /// Where `WorkLimit.current` is over before all are done, the rest goes on by itself.
  func act(_ action: JobAction, on query: JobQuery) throws -> ActionRecord
  func forecast(_ action: JobAction, on id: JobID) throws -> ActionForecast
  func forecast(_ action: JobAction, on query: JobQuery) throws -> ActionForecast
  func actions(of organization: String?, limit: Int) throws -> [ActionRecord]
  /// Nil where there is no such action, or it was undone before. It goes on by itself likewise.
  func undo(action number: Int64, of organization: String?, by: String) throws -> Undoing?

  func queueStandings() throws -> [QueueStanding]
  func pause(_ pause: Pause) throws
  func resume(_ scope: Pause.Scope, _ name: String) throws -> Bool
  /// Whether this organization has the server for itself, so that what concerns all is its own business.
  func isAlone(_ organization: OrganizationID) throws -> Bool

  func laneStandings(of organization: String?) throws -> [LaneStanding]
  /// How many parked jobs it has woken, until `WorkLimit.current` was over.
  func resetLane(_ id: LaneID) throws -> Int

  /// What an equal request was answered before. Throws `IntakeError.idempotencyMismatch` where the key was used
  /// for another.
  func operatorAnswer(to request: IdempotentRequest) throws -> KeptAnswer?
  /// Keeps the answer, and returns what is to be said: that of an equal request where there was one meanwhile.
  func keep(_ answer: KeptAnswer, to request: IdempotentRequest) throws -> KeptAnswer
}
