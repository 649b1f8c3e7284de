import Core
import HTTPServer
import Queue

/// Queues and lanes for operators: `/v1/queues`, `/v1/kinds`, `/v1/lanes`. Queues and kinds are everybody's, so
/// only an organization that has the server for itself may stop them here; elsewhere the command line does.
struct QueueRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/metrics", needs: .jobsRead, metrics),
      KeyedRoute(.get, "/v1/queues", needs: .jobsRead, queues),
      KeyedRoute.kept("/v1/queues/{name}/pause", needs: .jobsWrite, parts) {
        try pause(.queue, $0)
      },
      KeyedRoute.kept("/v1/queues/{name}/resume", needs: .jobsWrite, parts) {
        try resume(.queue, $0)
      },
      KeyedRoute.kept("/v1/kinds/{name}/pause", needs: .jobsWrite, parts) { try pause(.kind, $0) },
      KeyedRoute.kept("/v1/kinds/{name}/resume", needs: .jobsWrite, parts) {
        try resume(.kind, $0)
      },
      KeyedRoute(.get, "/v1/lanes", needs: .jobsRead, lanes),
      KeyedRoute.kept("/v1/lanes/{id}/reset", needs: .jobsWrite, parts, reset),
    ]
  }

  /// For whoever has a key: how much a host is booked is nobody else's business.
  @Sendable private func metrics(_ request: KeyedRequest) throws -> Response {
    Response(
      status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
      text: try parts.metrics())
  }

  @Sendable private func queues(_ request: KeyedRequest) throws -> Response {
    list(try parts.records.queueStandings())
  }

  private func pause(_ scope: Pause.Scope, _ request: KeyedRequest) throws -> Response {
    let name = try known(scope, request)
    try parts.records.pause(
      Pause(scope: scope, name: name, by: "key \(request.caller.key.name)"))
    return list(try parts.records.queueStandings())
  }

  private func resume(_ scope: Pause.Scope, _ request: KeyedRequest) throws -> Response {
    _ = try parts.records.resume(scope, try known(scope, request))
    return list(try parts.records.queueStandings())
  }

  private func known(_ scope: Pause.Scope, _ request: KeyedRequest) throws -> String {
    guard try parts.records.isAlone(request.caller.organization) else {
      throw Problem(
        403, "forbidden", "Not yours alone",
        "Queues are shared with other organizations here; the server's own command line stops them."
      )
    }
    let name = request.parameters[0]
    let queues = try parts.records.queueStandings()
    let names = scope == .queue ? queues.map(\.name) : queues.flatMap(\.kinds).map(\.rawValue)
    guard names.contains(name) else { throw Problem.notFound }
    return name
  }

  @Sendable private func lanes(_ request: KeyedRequest) throws -> Response {
    list(try parts.records.laneStandings(of: request.caller.organization.text))
  }

  /// The account works again: its breaker closes and its jobs go on.
  @Sendable private func reset(_ request: KeyedRequest) throws -> Response {
    let organization = request.caller.organization.text
    let id = LaneID(rawValue: request.parameters[0])
    guard try parts.records.laneStandings(of: organization).contains(where: { $0.lane.id == id })
    else { throw Problem.notFound }
    _ = try parts.patiently { try parts.records.resetLane(id) }
    let lane = try parts.records.laneStandings(of: organization).first { $0.lane.id == id }
    var writer = JSONWriter()
    writer.value(lane)
    return .json(200, writer.bytes)
  }

  private func list(_ standings: [some JSONWritable]) -> Response {
    var writer = JSONWriter()
    writer.object { $0.field("data", standings) }
    return .json(200, writer.bytes)
  }
}
