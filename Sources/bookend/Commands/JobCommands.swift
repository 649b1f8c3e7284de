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
    var query = try self.query()
    if let text = command.options["--limit"] {
      guard let limit = Int(text), (1...10_000).contains(limit) else {
        throw CommandRefusal(.usage, "--limit must be a number from 1 to 10000, is \(text)")
      }
      query.limit = limit
    }
    let wanted = command.options["--state"]
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
      let effects = try installation.store.effects(of: job.id)
      if command.flags.contains("--json") {
        Output.json {
          $0.object { job.write(to: &$0, now: now, attempts: attempts, effects: effects) }
        }
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
      for effect in effects {
        Output.line("effect     \(effect.effect.key)  \(effect.effect.state.rawValue)")
      }
      return .success
    }
  }

  // MARK: - Verbs

  /// Acts on the job that is named, or on all that fit the filters.
  func act(_ verb: JobAction.Verb) throws -> ExitCode {
    let action = JobAction(verb, organization: nil, by: Operator.name)
    let isDryRun = command.flags.contains("--dry-run")
    return try Installation.with(configuration) { installation in
      let store = installation.store
      guard command.positionals.isEmpty else {
        let job = try find(installation)
        if isDryRun { return show(try store.forecast(action, on: job.id)) }
        do {
          let number = try store.act(action, on: job.id)
          return try show(try find(installation), installation, did: verb, action: number)
        } catch let refusal as JobActionRefusal {
          throw CommandRefusal("\(job.id) \(refusal.words)")
        }
      }
      let query = try self.query()
      guard query != JobQuery(organization: nil, limit: query.limit) else {
        throw CommandRefusal(.usage, "name a job, or filters such as --state discarded")
      }
      if isDryRun { return show(try store.forecast(action, on: query)) }
      return show(try store.act(action, on: query))
    }
  }

  func effect() throws -> ExitCode {
    guard let key = command.options["--key"] else { trap("the grammar requires it") }
    return try act(command.path.last == "accept-effect" ? .acceptEffect(key) : .resendEffect(key))
  }

  /// Why a job does not run, in a sentence.
  func why() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let job = try find(installation)
      let now = installation.time.now()
      if command.flags.contains("--json") {
        Output.json {
          $0.object {
            $0.field("id", job.id.description)
            $0.field("state", job.stateInWords(now: now))
            $0.field("waitingFor", job.waitingFor(now: now))
            $0.field("reason", job.reason)
          }
        }
        return .success
      }
      let state = job.stateInWords(now: now)
      if let waitingFor = job.waitingFor(now: now) {
        Output.line("\(job.id) is \(state): it waits for \(waitingFor)")
      } else {
        let words = [job.reason, job.error?.message].compactMap { $0 }.joined(separator: ": ")
        Output.line("\(job.id) is \(state)\(words.isEmpty ? "" : ": \(words)")")
      }
      return .success
    }
  }

  private func show(_ forecast: ActionForecast) -> ExitCode {
    if command.flags.contains("--json") {
      Output.json { $0.value(forecast) }
      return .success
    }
    Output.line("it would apply to \(forecast.jobs) jobs; nothing is changed")
    for (kind, count) in forecast.kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      Output.line("  \(kind.rawValue)  \(count)")
    }
    for (lane, count) in forecast.lanes.sorted(by: { $0.key < $1.key }) {
      Output.line("  in lane \(lane)  \(count)")
    }
    if forecast.heldBySequence > 0 {
      Output.line("  \(forecast.heldBySequence) of them wait for another job of their sequence")
    }
    if let start = forecast.earliestStart { Output.line("the first could begin \(start.rfc3339)") }
    if let end = forecast.estimatedEnd { Output.line("the last would end about \(end.rfc3339)") }
    if forecast.refusedCount > 0 {
      Output.line("it would not apply to \(forecast.refusedCount), among them:")
      for (job, refusal) in forecast.refused.sorted(by: { $0.key < $1.key }) {
        Output.line("  \(job) \(refusal.words)")
      }
    }
    return .success
  }

  private func show(_ action: ActionRecord) -> ExitCode {
    if command.flags.contains("--json") {
      Output.json { $0.value(action) }
    } else {
      let count = "\(action.jobs) jobs\(action.isUnderWay ? " so far" : "")"
      Output.line(
        "\(action.verb): \(count), recorded as action \(action.id); "
          + "`bookend jobs undo \(action.id)` puts back those that have not begun")
    }
    return .success
  }

  private func show(
    _ job: JobRecord, _ installation: Installation, did verb: JobAction.Verb, action: Int64
  ) throws -> ExitCode {
    let now = installation.time.now()
    if command.flags.contains("--json") {
      Output.json {
        $0.object {
          job.write(to: &$0, now: now)
          $0.field("action", action)
        }
      }
    } else {
      Output.line("\(job.id) is \(job.stateInWords(now: now)) (\(verb.name), action \(action))")
    }
    return .success
  }

  func undo() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let text = command.positionals[0]
      guard let number = Int64(text),
        let undoing = try installation.store.undo(action: number, of: nil, by: Operator.name)
      else { throw CommandRefusal("there is no action \(text) that could be undone") }
      if command.flags.contains("--json") {
        Output.json { $0.value(undoing) }
      } else {
        Output.line("put back: \(undoing.putBack) jobs")
      }
      return .success
    }
  }

  private func query() throws -> JobQuery {
    var query = JobQuery(organization: nil, limit: 50)
    query.kind = command.options["--kind"].map { JobKind(rawValue: $0) }
    query.queue = command.options["--queue"]
    query.lane = command.options["--lane"].map { LaneID(rawValue: $0) }
    query.states = command.options["--state"].map { [JobState(rawValue: $0) ?? .available] } ?? []
    query.error = command.options["--error"].flatMap(ErrorClass.init(rawValue:))
    query.since = try instant("--since")
    query.until = try instant("--until")
    return query
  }

  private func instant(_ option: String) throws -> Timestamp? {
    guard let text = command.options[option] else { return nil }
    guard let instant = Timestamp(rfc3339: text) else {
      throw CommandRefusal(.usage, "\(option) must be an instant such as 2026-03-10T17:00:00Z")
    }
    return instant
  }

  private func find(_ installation: Installation) throws -> JobRecord {
    let text = command.positionals[0]
    guard let id = JobID(text), let job = try installation.store.job(id, of: nil) else {
      throw CommandRefusal("there is no job \(text)")
    }
    return job
  }
}

/// Who acts by the command line.
enum Operator {
  static let name = "the command line"
}
