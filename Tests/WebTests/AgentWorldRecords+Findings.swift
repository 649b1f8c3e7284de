import Bookings
import Core
import Intake
import Queue

@testable import Web

extension AgentWorldRecords {
  func findings(_ query: FindingQuery) throws -> [Finding] {
    try read { state in
      state.findingQuery = query
      return Array(
        state.findings.filter { finding in
          finding.organization == query.organization
            && query.before.map { finding.id < $0 } ?? true
        }.sorted { $0.id > $1.id }.prefix(query.limit))
    }
  }

  func finding(_ id: FindingID, of organization: OrganizationID?) throws -> Finding? {
    try read { $0.findings.first { $0.id == id && $0.organization == organization } }
  }

  func forecast(_ wish: RepairWish) throws -> Finding {
    if let refusal = try read({ $0.repairRefusal }) { throw refusal }
    guard let found = try finding(wish.finding, of: wish.organization) else {
      throw RepairRefusal.notFound
    }
    return found
  }

  func repair(
    _ wish: RepairWish, request: IdempotentRequest?,
    render: @escaping @Sendable (Finding) -> [UInt8]
  ) throws -> (finding: Finding?, answer: [UInt8]) {
    let found = try forecast(wish)
    try read { $0.repairs.append(wish) }
    return (found, render(found))
  }

  func compareSoon(_ only: CalendarID?, of organization: OrganizationID?) throws -> [JobID] {
    try read { state in
      state.compared.append(only)
      return [JobID(number: Int64(state.compared.count))]
    }
  }
}
