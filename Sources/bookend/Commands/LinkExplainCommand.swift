import Bookings
import Core
import Dispatch
import Intake
import Store
import Synchronization

/// `bookend links explain`: why an instant is offered or not, asked of the calendars as they are now.
struct LinkExplainCommand {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func run() throws -> ExitCode {
    guard let start = command.options["--start"].flatMap({ Timestamp(rfc3339: $0) }) else {
      throw CommandRefusal(.usage, "--start must be an instant such as 2026-03-10T17:00:00Z")
    }
    return try Installation.with(configuration) { installation in
      let id = LinkID(command.positionals[0])
      guard let link = try installation.store.link(id), link.state != .deleted else {
        throw CommandRefusal("there is no link \(id)")
      }
      let minutes = try minutes(link)
      let slot = Interval(start: start, duration: .minutes(minutes))
      show(try explain(slot, link, installation))
      return .success
    }
  }

  private func minutes(_ link: Link) throws -> Int {
    guard let text = command.options["--duration"] else { return link.settings.durationsMinutes[0] }
    guard let minutes = Int(text), LinkSettings.Limit.durationMinutes.contains(minutes) else {
      throw CommandRefusal(.usage, "--duration must be a number of minutes, is \(text)")
    }
    return minutes
  }

  private func explain(
    _ slot: Interval, _ link: Link, _ installation: Installation
  ) throws -> Explanation {
    let desk = try installation.accountDesk(log: Log(time: installation.time, minimum: .warning))
    let intake = Intake(
      ledger: installation.store, busyTimes: desk.accounts, zones: installation.zones,
      time: installation.time, randomness: installation.randomness)
    let answered = DispatchSemaphore(value: 0)
    let answer = Mutex<Result<Explanation, IntakeError>?>(nil)
    intake.explain(slot, of: link) { result in
      answer.withLock { $0 = result }
      answered.signal()
    }
    // The reader of busy time answers by its own deadline in any case.
    answered.wait()
    guard let explanation = try answer.withLock({ $0 })?.get() else {
      throw CommandRefusal(.unavailable, "nothing was answered")
    }
    return explanation
  }

  private func show(_ explanation: Explanation) {
    if command.flags.contains("--json") {
      Output.json {
        $0.object {
          $0.field("start", explanation.slot.start)
          $0.field("end", explanation.slot.end)
          $0.field("offered", explanation.reasons.isEmpty)
          $0.array("reasons", explanation.reasons) { writer, reason in
            writer.object {
              $0.field("code", reason.code)
              $0.field("detail", reason.detail)
            }
          }
        }
      }
    } else if explanation.reasons.isEmpty {
      Output.line("offered")
    } else {
      Output.table(explanation.reasons.map { [$0.code, $0.detail] })
    }
  }
}
