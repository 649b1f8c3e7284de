import Bookings
import Core
import Queue
import Store
import Web

/// `bookend findings …`
struct FindingCommands {
  private let configuration: Configuration
  private let command: ParsedCommand

  init(_ configuration: Configuration, _ command: ParsedCommand) {
    self.configuration = configuration
    self.command = command
  }

  func list() throws -> ExitCode {
    var query = FindingQuery(organization: nil, limit: 50)
    query.kind = command.options["--kind"].flatMap(Difference.Kind.init(rawValue:))
    query.state = command.options["--state"].flatMap(FindingQuery.State.init(rawValue:))
    query.calendar = command.options["--calendar"].map { CalendarID($0) }
    query.booking = command.options["--booking"].map { BookingID($0) }
    if let text = command.options["--before"] {
      guard let id = FindingID(text) else {
        throw CommandRefusal(.usage, "--before must be a finding's id, is \(text)")
      }
      query.before = id
    }
    if let text = command.options["--limit"] {
      guard let limit = Int(text), (1...10_000).contains(limit) else {
        throw CommandRefusal(.usage, "--limit must be a number from 1 to 10000, is \(text)")
      }
      query.limit = limit
    }
    return try Installation.with(configuration) { [query] installation in
      let findings = try installation.store.findings(query)
      if command.flags.contains("--json") {
        Output.json { $0.object { $0.field("data", findings) } }
      } else if findings.isEmpty {
        Output.line("no findings")
      } else {
        Output.table(
          [["ID", "KIND", "STATE", "BOOKING", "AGREED", "FOUND", "SINCE", "REPAIR"]]
            + findings.map(\.row))
      }
      return .success
    }
  }

  func show() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let finding = try find(installation)
      if command.flags.contains("--json") {
        Output.json { $0.value(finding) }
        return .success
      }
      let difference = finding.difference
      Output.line(
        "\(finding.id)  \(difference.kind.rawValue)  \(finding.resolution?.rawValue ?? "open")")
      Output.line("calendar   \(finding.calendar)")
      Output.line("booking    \(difference.booking?.text ?? "none of ours")")
      if difference.isCopy { Output.line("a copy of an event of ours that somebody has made") }
      if let agreed = difference.agreed { Output.line("agreed     \(agreed.words)") }
      if let found = difference.found { Output.line("found      \(found.words)") }
      Output.line("first seen \(finding.firstSeenAt.rfc3339)")
      Output.line("last seen  \(finding.lastSeenAt.rfc3339)")
      if let resolvedAt = finding.resolvedAt { Output.line("resolved   \(resolvedAt.rfc3339)") }
      if let asked = finding.asked {
        Output.line("repair     \(asked.repair.rawValue) by \(asked.by), \(asked.job)")
      }
      if finding.resolution == nil {
        for repair in Repair.all(for: difference.kind) {
          Output.line("can be repaired --with \(repair.rawValue): \(repair.words)")
        }
      }
      return .success
    }
  }

  func compare() throws -> ExitCode {
    try Installation.with(configuration) { installation in
      let calendar = command.options["--calendar"].map { CalendarID($0) }
      let jobs = try installation.store.compareSoon(calendar)
      if let calendar, jobs.isEmpty {
        throw CommandRefusal("nothing is booked into a calendar \(calendar) of a working account")
      }
      if command.flags.contains("--json") {
        Output.json { $0.object { $0.field("jobs", jobs.map(\.description)) } }
      } else {
        Output.line("calendars to be compared: \(jobs.count)")
        jobs.forEach { Output.line("  \($0)") }
      }
      return .success
    }
  }

  func repair() throws -> ExitCode {
    guard let repair = command.options["--with"].flatMap(Repair.init(rawValue:)) else {
      trap("the grammar requires it")
    }
    return try Installation.with(configuration) { installation in
      let finding = try find(installation)
      let wish = RepairWish(
        finding: finding.id, repair: repair, isForCopies: command.flags.contains("--copies"),
        organization: nil, by: Operator.name)
      do {
        if command.flags.contains("--dry-run") {
          show(try installation.store.forecast(wish), would: repair)
        } else if let started = try installation.store.repair(wish).finding {
          show(started)
        }
      } catch let refusal as RepairRefusal {
        throw CommandRefusal("\(finding.id) \(refusal.words)")
      }
      return .success
    }
  }

  private func show(_ finding: Finding, would repair: Repair) {
    guard command.flags.contains("--json") else {
      return Output.line("it would \(repair.words); nothing is changed")
    }
    Output.json {
      $0.object {
        $0.field("dryRun", true)
        $0.field("repair", repair.rawValue)
        $0.field("would", repair.words)
        $0.field("finding", finding)
      }
    }
  }

  private func show(_ finding: Finding) {
    if command.flags.contains("--json") { return Output.json { $0.value(finding) } }
    Output.line("\(finding.id) is being repaired by \(finding.asked?.job ?? "a job")")
  }

  private func find(_ installation: Installation) throws -> Finding {
    let text = command.positionals[0]
    guard let id = FindingID(text), let finding = try installation.store.finding(id, of: nil)
    else { throw CommandRefusal("there is no finding \(text)") }
    return finding
  }
}

extension Finding {
  fileprivate var row: [String] {
    [
      id.description, difference.kind.rawValue + (difference.isCopy ? " (copy)" : ""),
      resolution?.rawValue ?? "open", difference.booking?.text ?? "-",
      difference.agreed?.start.rfc3339 ?? "-", difference.found?.start.rfc3339 ?? "-",
      firstSeenAt.rfc3339, asked.map { "\($0.repair.rawValue), \($0.job)" } ?? "",
    ]
  }
}

extension Interval {
  fileprivate var words: String { "\(start.rfc3339) to \(end.rfc3339)" }
}
