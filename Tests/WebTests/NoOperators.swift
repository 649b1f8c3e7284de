import Bookings
import Core
import Intake
import Queue

@testable import Web

/// What worlds have that are about guests: no operators, and nothing for them to see.
protocol NoOperators: OperatorRecords, ProviderCallRecords {}

extension NoOperators {
  func jobs(_ query: JobQuery) throws -> [JobRecord] { [] }
  func attempts(of job: JobID) throws -> [AttemptRecord] { [] }
  func effects(of job: JobID) throws -> [EffectRecord] { [] }
  func act(_ action: JobAction, on id: JobID) throws -> Int64 { throw JobActionRefusal.notFound }
  func act(_ action: JobAction, on query: JobQuery) throws -> ActionRecord {
    throw JobActionRefusal.notFound
  }
  func forecast(_ action: JobAction, on id: JobID) throws -> ActionForecast { ActionForecast() }
  func forecast(_ action: JobAction, on query: JobQuery) throws -> ActionForecast {
    ActionForecast()
  }
  func actions(of organization: String?, limit: Int) throws -> [ActionRecord] { [] }
  func undo(action number: Int64, of organization: String?, by: String) throws -> Undoing? { nil }
  func queueStandings() throws -> [QueueStanding] { [] }
  func pause(_ pause: Pause) throws {}
  func resume(_ scope: Pause.Scope, _ name: String) throws -> Bool { false }
  func isAlone(_ organization: OrganizationID) throws -> Bool { true }
  func laneStandings(of organization: String?) throws -> [LaneStanding] { [] }
  func resetLane(_ id: LaneID) throws -> Int { 0 }
  func findings(_ query: FindingQuery) throws -> [Finding] { [] }
  func finding(_ id: FindingID, of organization: OrganizationID?) throws -> Finding? { nil }
  func forecast(_ wish: RepairWish) throws -> Finding { throw RepairRefusal.notFound }
  func repair(
    _ wish: RepairWish, request: IdempotentRequest?,
    render: @escaping @Sendable (Finding) -> [UInt8]
  ) throws -> (finding: Finding?, answer: [UInt8]) { throw RepairRefusal.notFound }
  func compareSoon(_ only: CalendarID?, of organization: OrganizationID?) throws -> [JobID] { [] }
  func watch(_ id: WatchID, at provider: Connection.Provider) throws -> Watch? { nil }
  func hear(_ calls: [ProviderCall]) throws {}
  func operatorAnswer(to request: IdempotentRequest) throws -> KeptAnswer? { nil }
  func keep(_ answer: KeptAnswer, to request: IdempotentRequest) throws -> KeptAnswer { answer }
}
