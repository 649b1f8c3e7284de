import Core
import Queue
import Store

/// `bookend queues …`, `bookend lanes …`
struct QueueCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func listQueues() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let queues = try installation.store.queueStandings()
      let now = installation.time.now()
      if command.flags.contains("--json") { return json(queues) }
      Output.table(
        [["QUEUE", "READY SINCE", "AVAILABLE", "EXECUTING", "PARKED", "ENDED/MIN", "PAUSED"]]
          + queues.map { queue in
            [
              queue.name, queue.oldestReadyAt.map { "\((now - $0).components.seconds) s" } ?? "-",
              "\(queue.counts[.available] ?? 0)", "\(queue.counts[.executing] ?? 0)",
              "\(queue.counts[.parked] ?? 0)", "\(queue.finishedLastMinute)",
              queue.pauses.map { "\($0.scope.rawValue) \($0.name) by \($0.by)" }
                .joined(separator: ", "),
            ]
          })
      return .success
    }
  }

  /// Pauses or resumes a queue, or with `--kind` a single kind.
  func setPause(_ isPaused: Bool) throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let store = installation.store
      let name = command.positionals[0]
      let scope: Pause.Scope = command.flags.contains("--kind") ? .kind : .queue
      let queues = try store.queueStandings()
      let names = scope == .queue ? queues.map(\.name) : queues.flatMap(\.kinds).map(\.rawValue)
      guard names.contains(name) else {
        throw CommandRefusal(
          "there is no \(scope.rawValue) \(name); there are \(names.joined(separator: ", "))")
      }
      if isPaused {
        try store.pause(Pause(scope: scope, name: name, by: Operator.name))
      } else {
        _ = try store.resume(scope, name)
      }
      if command.flags.contains("--json") { return json(try store.queueStandings()) }
      Output.line("\(scope.rawValue) \(name) is \(isPaused ? "paused" : "running")")
      return .success
    }
  }

  func listLanes() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let lanes = try installation.store.laneStandings(of: nil)
      if command.flags.contains("--json") { return json(lanes) }
      if lanes.isEmpty { Output.line("no lanes have been used") }
      Output.table(
        [["LANE", "BREAKER", "TAKEN", "WAITING", "PARKED", "WAITS FOR"]]
          + lanes.map {
            [
              $0.lane.id.rawValue, $0.lane.breaker.rawValue,
              "\($0.lane.admitted)/\($0.policy.concurrency)", "\($0.lane.waiting)", "\($0.parked)",
              $0.obstacle ?? "",
            ]
          })
      return .success
    }
  }

  func resetLane() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let id = LaneID(rawValue: command.positionals[0])
      guard try installation.store.laneStandings(of: nil).contains(where: { $0.lane.id == id })
      else { throw CommandRefusal("there is no lane \(id)") }
      let woken = try installation.store.resetLane(id)
      if command.flags.contains("--json") {
        Output.json { $0.object { $0.field("jobsWoken", woken) } }
      } else {
        Output.line("lane \(id) goes on; parked jobs woken: \(woken)")
      }
      return .success
    }
  }

  private func json(_ standings: [some JSONWritable]) -> ExitCode {
    Output.json { $0.object { $0.field("data", standings) } }
    return .success
  }
}
