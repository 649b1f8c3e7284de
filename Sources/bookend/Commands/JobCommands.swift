import Core
import Queue
import Store
import Web

/// `bookend jobs …`
struct JobCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func list() throws -> ExitCode {
    var query = JobQuery(organization: nil, limit: 50)
    if let text = command.options["--limit"] {
      guard let limit = Int(text), (1...10_000).contains(limit) else {
        throw CommandRefusal(.usage, "--limit must be a number from 1 to 10000, is \(text)")
      }
      query.limit = limit
    }
    query.kind = command.options["--kind"].map { JobKind(rawValue: $0) }
    let wanted = command.options["--state"]
    query.states = wanted.map { [JobState(rawValue: $0) ?? .available] } ?? []
    return try Installation.with(configuration) { installation in
      let now = installation.time.now()
      let jobs = try installation.store.jobs(query).filter {
        // `scheduled` and `retryable` are words for available jobs.
        wanted.map(JobState.init(rawValue:)) != .some(nil) || $0.stateInWords(now: now) == wanted
      }
      if command.flags.contains("--json") {
        Output.json {
          $0.object {
            $0.array("data", jobs) { writer, job in
              writer.object { job.write(to: &$0, now: now) }
            }
          }
        }
      } else if jobs.isEmpty {
        Output.line("no jobs")
      } else {
        Output.table(
          [["ID", "KIND", "STATE", "ATTEMPT", "ENQUEUED", "WAITS FOR, OR ERROR"]]
            + jobs.map { job in
              [
                job.id.description, job.kind.rawValue, job.stateInWords(now: now),
                "\(job.attempt)/\(job.maxAttempts)", job.enqueuedAt.rfc3339,
                job.waitingFor(now: now) ?? job.error?.message ?? job.reason ?? "",
              ]
            })
      }
      return .success
    }
  }

  func show() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let job = try find(installation)
      let attempts = try installation.store.attempts(of: job.id)
      let now = installation.time.now()
      if command.flags.contains("--json") {
        Output.json { $0.object { job.write(to: &$0, now: now, attempts: attempts) } }
        return .success
      }
      Output.line("\(job.id)  \(job.kind.rawValue)  \(job.stateInWords(now: now))")
      Output.line("payload    \(job.payload)")
      Output.line("enqueued   \(job.enqueuedAt.rfc3339)")
      if let waitingFor = job.waitingFor(now: now) { Output.line("waits for  \(waitingFor)") }
      if let reason = job.reason { Output.line("reason     \(reason)") }
      if let deadline = job.deadline { Output.line("deadline   \(deadline.rfc3339)") }
      for attempt in attempts {
        let error = attempt.error.map { "  \($0.kind.rawValue): \($0.message)" } ?? ""
        Output.line(
          "attempt \(attempt.attempt)  \(attempt.startedAt.rfc3339)  \(attempt.outcome)\(error)")
      }
      return .success
    }
  }

  func retry() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let job = try find(installation)
      do {
        _ = try installation.store.act(
          JobAction(.retry, organization: nil, by: "the command line"), on: job.id)
      } catch let refusal as JobActionRefusal {
        throw CommandRefusal("\(job.id) \(refusal.words)")
      }
      if command.flags.contains("--json") {
        let now = installation.time.now()
        let fresh = try find(installation)
        Output.json { $0.object { fresh.write(to: &$0, now: now) } }
      } else {
        Output.line("\(job.id) is available again")
      }
      return .success
    }
  }

  private func find(_ installation: Installation) throws -> JobRecord {
    let text = command.positionals[0]
    guard let id = JobID(text), let job = try installation.store.job(id, of: nil) else {
      throw CommandRefusal("there is no job \(text)")
    }
    return job
  }
}
