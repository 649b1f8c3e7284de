import Bookings
import Core
import HTTPServer
import Intake
import Queue

/// What differs between bookings and calendars, for operators: `/v1/findings`. Nothing is repaired unless it is
/// asked for here, or by the command line.
struct FindingRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/v1/findings", needs: .jobsRead, list),
      KeyedRoute(.get, "/v1/findings/{id}", needs: .jobsRead, show),
      KeyedRoute.kept("/v1/findings/compare", needs: .jobsWrite, parts, compare),
      KeyedRoute(.post, "/v1/findings/{id}/repair", needs: .jobsWrite, repair),
    ]
  }

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let (page, wanted) = try QueryReader.read(request.request) { query in
      let page = try PageRequest(query) { FindingID($0) }
      var wanted = FindingQuery(organization: request.caller.organization, limit: page.fetched)
      wanted.kind = query.choice("kind", among: Difference.Kind.allCases)
      wanted.state = query.choice("state", among: FindingQuery.State.allCases)
      wanted.calendar = query.text("calendar", length: 1...Caller.longestID)
        .map { CalendarID($0) }
      wanted.booking = query.text("booking", length: 1...Caller.longestID).map { BookingID($0) }
      wanted.before = page.cursor
      return (page, wanted)
    }
    return page.response(try parts.records.findings(wanted), cursor: \.id) { $0.value($1) }
  }

  @Sendable private func show(_ request: KeyedRequest) throws -> Response {
    guard let id = FindingID(request.parameters[0]),
      let finding = try parts.records.finding(id, of: request.caller.organization)
    else { throw Problem.notFound }
    return .json(200, finding.json)
  }

  /// Has calendars compared now: one, or all of the organization's.
  @Sendable private func compare(_ request: KeyedRequest) throws -> Response {
    let fields =
      try request.hasBody
      ? FieldReader.read(try request.json()) { CompareFields(reading: $0) } : CompareFields()
    let organization = request.caller.organization
    if let calendar = fields.calendar { try require(calendar, of: organization) }
    let jobs = try parts.records.compareSoon(fields.calendar, of: organization)
    var writer = JSONWriter()
    writer.object { $0.field("jobs", jobs.map(\.description)) }
    return .json(202, writer.bytes)
  }

  private func require(_ id: CalendarID, of organization: OrganizationID) throws {
    let connections = try parts.records.connections(of: organization, host: nil)
    guard let calendar = try parts.records.calendar(id),
      connections.contains(where: { $0.id == calendar.connection })
    else {
      throw Problem.invalid([
        FieldProblem(
          pointer: .root.appending(key: "calendar"), detail: "is no calendar of yours")
      ])
    }
  }

  @Sendable private func repair(_ request: KeyedRequest) throws -> Response {
    guard let id = FindingID(request.parameters[0]) else { throw Problem.notFound }
    let fields = try FieldReader.read(try request.json()) { RepairFields(reading: $0) }
    let wish = RepairWish(
      finding: id, repair: fields.repair, isForCopies: fields.isForCopies,
      organization: request.caller.organization, by: "key \(request.caller.key.name)")
    do {
      if fields.isDryRun {
        return .json(200, try parts.records.forecast(wish).forecast(of: fields.repair))
      }
      let started = try parts.records.repair(
        wish, request: try request.request.idempotency(scope: "findings")
      ) { $0.json }
      return .json(
        202, started.answer,
        headers: [("Location", "\(parts.publicURL)/v1/findings/\(id)")])
    } catch let refusal as RepairRefusal {
      throw Problem(refusal, of: id)
    }
  }
}

private struct CompareFields {
  /// Nil is all of them.
  var calendar: CalendarID?

  init() {}

  init(reading fields: FieldReader) {
    calendar = fields.optionalLine("calendar", length: 1...Caller.longestID)
      .map { CalendarID($0) }
  }
}

private struct RepairFields {
  let repair: Repair
  let isDryRun: Bool
  let isForCopies: Bool

  init?(reading fields: FieldReader) {
    let repair = fields.choice("repair", Repair.self)
    isDryRun = fields.optionalBoolean("dryRun") ?? false
    isForCopies = fields.optionalBoolean("copies") ?? false
    guard let repair else { return nil }
    self.repair = repair
  }
}

extension Finding {
  /// What a repair would do.
  func forecast(of repair: Repair) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.field("dryRun", true)
      $0.field("repair", repair.rawValue)
      $0.field("would", repair.words)
      $0.field("finding", self)
    }
    return writer.bytes
  }
}

extension Problem {
  fileprivate init(_ refusal: RepairRefusal, of id: FindingID) {
    switch refusal {
    case .notFound: self = .notFound
    case .requestDiffers: self.init(IntakeError.idempotencyMismatch)
    case .underWay, .bookingIsBusy:
      self.init(
        409, Refusal.changeInProgress.rawValue, "Change in progress", "\(id) \(refusal.words).")
    case .resolved, .doesNotFit, .isCopy:
      self.init(409, "invalid", "Not for this finding", "\(id) \(refusal.words).")
    }
  }
}
