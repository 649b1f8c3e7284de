import Bookings
import Core
import Intake
import Queue

/// What comparisons of calendars with bookings have found, for operators.
package protocol FindingReports: Sendable {
  func findings(_ query: FindingQuery) throws -> [Finding]
  /// Nil where there is none, or it is another organization's.
  func finding(_ id: FindingID, of organization: OrganizationID?) throws -> Finding?
  /// What would be repaired. Throws `RepairRefusal` as `repair` would.
  func forecast(_ wish: RepairWish) throws -> Finding
  /// Starts a repair and answers what `render` makes of the finding; under an idempotency key an equal request
  /// is answered with the same bytes and starts nothing. Throws `RepairRefusal`.
  func repair(
    _ wish: RepairWish, request: IdempotentRequest?,
    render: @escaping @Sendable (Finding) -> [UInt8]
  ) throws -> (finding: Finding?, answer: [UInt8])
  /// Has one calendar of the organization compared, or all of them; the jobs.
  func compareSoon(_ only: CalendarID?, of organization: OrganizationID?) throws -> [JobID]
}
