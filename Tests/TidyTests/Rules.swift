/// Style.md's banned calls. Each is told from the text alone, and none is a matter of taste.
let rules: [Rule] =
  clockRules + threadRules + failureRules + outputRules + wordRules

private let clockRules = [
  Rule(
    "Foundation's clock", instead: "take `now` from a TimeSource that comes in as an argument",
    pattern:
      #"(^|[^.\w])(Date\(\)|Date\.now\b|CFAbsoluteTimeGetCurrent|ProcessInfo\b.*systemUptime)"#,
    sample: "Sources/Web/Page.swift|let made = Date()"),
  Rule(
    "Foundation's time zones", instead: "they carry rules of their own; use Core's zone database",
    pattern:
      #"(^|[^.\w])(TimeZone\b|Calendar\(identifier|Calendar\.(current|autoupdatingCurrent)\b)"#,
    sample: "Sources/Bookings/Slots.swift|let zone = TimeZone(identifier: name)"),
  Rule(
    "Foundation's formatters",
    instead: "write instants with RFC3339, labels with Core's civil dates",
    pattern: #"\b(ISO8601)?Date(Components|Interval)?Formatter\b"#,
    sample: "Sources/Mail/Letter.swift|let formatter = DateFormatter()"),
]

private let threadRules = [
  Rule(
    "sleeping", instead: "wait for a signal, a semaphore with a deadline or a hand-turned clock",
    pattern: #"\b(u|nano)?sleep\s*\("#,
    sample: "Tests/WebTests/PageTests.swift|try await Task.sleep(for: .seconds(1))"),
  Rule(
    "a global queue", instead: "a serial queue of your own: the shared one starves blocking work",
    pattern: #"\bDispatchQueue\.global\b"#,
    sample: "Sources/Workers/Pool.swift|DispatchQueue.global().async { work() }"),
  Rule(
    "async or await", instead: "plain blocking calls on the worker's own queue",
    pattern: #"(^|[^.\w])(async|await)\b"#,
    sample: "Sources/Store/Claim.swift|func claim() async throws -> Job",
    applies: { path in
      ["Sources/Workers/", "Sources/Store/", "Sources/Calendars/"].contains { path.hasPrefix($0) }
    }),
  Rule(
    "@unchecked Sendable without its reason",
    instead: "say on this line or the one before why no two threads can meet there",
    pattern: #"@unchecked\s+Sendable"#,
    sample: "Sources/SQLite/Handle.swift|final class Handle: @unchecked Sendable {",
    excused: { line, before in line.contains("//") || before.contains("//") }),
]

private let failureRules = [
  Rule(
    "try!", instead: "throw, or `invariant` with a reason", pattern: #"\btry!"#,
    sample: "Tests/WebTests/PageTests.swift|let page = try! Page()"),
  Rule(
    "a silent trap", instead: "`invariant` or `trap`: they say why in a release build as well",
    pattern: #"\b(fatalError|precondition|preconditionFailure|assertionFailure|assert)\s*\("#,
    sample: "Sources/Queue/Job.swift|precondition(attempt > 0)",
    applies: { $0.hasPrefix("Sources/") && $0 != "Sources/Core/Invariant.swift" }),
]

private let outputRules = [
  Rule(
    "print", instead: "a log record, or the command line's Output",
    pattern: #"(^|[^.\w])(print|debugPrint|dump)\s*\((?!.*\bto:\s*&)"#,
    sample: #"Sources/Web/Page.swift|print("here")"#,
    applies: { $0 != "Sources/bookend/Output.swift" && !$0.hasPrefix("Tests/Benchmarks/") }),
  Rule(
    "URLSession", instead: "HTTPClient: it blocks, bounds and does not repeat a write",
    pattern: #"\bURLSession\b"#,
    sample: "Sources/Calendars/Google.swift|let session = URLSession.shared"),
]

private let wordRules = [
  Rule(
    "a word that the glossary replaces",
    instead: "job, booking, guest or host, organization: see the glossary",
    pattern: #"\b(struct|class|enum|actor|protocol|typealias)\s+"#
      + #"(Task|Appointment|Reservation|Customer|Workspace|Consumer)\b"#,
    sample: "Sources/Bookings/Appointment.swift|struct Appointment {"),
  Rule(
    "a note to ourselves", instead: "do it, or file an issue", in: .text,
    pattern: #"\b("# + ["FIX" + "ME", "TO" + "DO", "X" + "XX"].joined(separator: "|") + #")\b"#,
    sample: "Tests/Interop/lab.py|# TO" + "DO: later"),
]
