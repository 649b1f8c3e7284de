extension CommandLineParser {
  /// The grammar of `bookend`.
  static let bookend = CommandLineParser(
    program: "bookend",
    summary: "Bookend: the server behind booking links",
    commands: [
      .init(path: ["serve"], summary: "Run the server and its workers until told to stop"),
      .init(
        path: ["worker"],
        summary: "Run workers only, beside a server on the same data, until told to stop"),
      .init(
        path: ["check"], summary: "Check settings, job definitions and database, and start nothing",
        options: [json]),
      .init(path: ["migrate"], summary: "Bring the database to this program's version"),
      .init(path: ["demo"], summary: "Run a server with a host, a calendar and links to try"),
      .init(
        path: ["sandbox"],
        summary: "Stand in for Google Calendar and Microsoft Graph, for tests and integrators",
        options: [
          .init("--seed", "NUMBER", "Of ids and tokens (1)"),
          json,
        ],
        topics: [SandboxCommand.controlAPI, SandboxCommand.faults]),

      .init(
        path: ["links", "create"], summary: "Make a booking link and print its address",
        options: [
          .init("--kind", "KIND", "recurring (the default) or singleUse", choices: linkKinds)
        ] + linkSettings(isNew: true)),
      .init(
        path: ["links", "list"], summary: "List booking links",
        options: [
          .init("--state", "STATE", "Only links in this state", choices: linkStates),
          .init("--kind", "KIND", "Only links of this kind", choices: linkKinds),
          .init("--search", "TEXT", "Only links with this in their title or slug"),
          json,
        ]),
      .init(
        path: ["links", "show"], summary: "Show a booking link with all of its settings",
        positionals: [linkID], options: [json]),
      .init(
        path: ["links", "update"],
        summary: "Change a booking link; its former address goes on to work",
        positionals: [linkID], options: linkSettings(isNew: false)),
      .init(
        path: ["links", "pause"], summary: "Take no new bookings; those made stay",
        positionals: [linkID], options: [json]),
      .init(
        path: ["links", "resume"], summary: "Take bookings again", positionals: [linkID],
        options: [json]),
      .init(
        path: ["links", "explain"], summary: "Say why a time is offered or not",
        positionals: [linkID],
        options: [
          .init("--start", "INSTANT", "Such as 2026-03-10T17:00:00Z", isRequired: true),
          .init("--duration", "MINUTES", "Without it the link's first"),
          json,
        ]),
      .init(
        path: ["links", "spends"],
        summary: "What has used a single-use link, and what gave it back: when, why and who",
        positionals: [linkID], options: [json]),
      .init(
        path: ["links", "reopen"],
        summary: "Take one more booking with a spent link; the one that was made stays",
        positionals: [linkID], options: [json]),
      .init(
        path: ["links", "delete"], summary: "Delete a booking link; bookings made with it stay",
        positionals: [linkID], options: [json]),

      .init(
        path: ["connections", "add"], summary: "Connect a calendar account",
        options: [
          .init(
            "--provider", "NAME", "local, caldav, google or outlook", isRequired: true,
            choices: providers),
          .init("--url", "URL", "Where the CalDAV server is"),
          .init("--user", "NAME", "The account's user name"),
          .init("--password-file", "FILE", "A file that holds the password; - is standard input"),
          .init("--key-file", "FILE", "The key file of a Google service account"),
          .init("--subject", "ADDRESS", "For whom the service account acts in its domain"),
          .init("--mailbox", "ADDRESS", "An Outlook mailbox that this installation may use"),
          .init("--tenant", "NAME", "Its tenant, where the settings name none"),
          .init("--name", "TEXT", "What to call it"),
          .init("--owner-name", "TEXT", "The host's name, when there is no host yet"),
          .init("--owner-email", "ADDRESS", "The host's e-mail address, when there is no host yet"),
          .init("--time-zone", "ZONE", "The host's IANA time zone, when there is no host yet"),
          json,
        ]),
      .init(
        path: ["connections", "authorize"],
        summary: "Print the address at which a person connects a Google or Outlook account",
        options: [
          .init(
            "--provider", "NAME", "google or outlook", isRequired: true,
            choices: ["google", "outlook"]),
          .init("--connection", "ID", "The account that is to be connected again"),
          json,
        ]),
      .init(
        path: ["connections", "remove"], summary: "Disconnect a calendar account",
        positionals: [.init(name: "ID", summary: "The connection's id")],
        options: [
          .init("--pause-links", nil, "Even if links use it: they take no bookings then"), json,
        ]),
      .init(
        path: ["secrets", "rotate"],
        summary: "Seal passwords and tokens under a new key; older ones still open",
        options: [json]),
      .init(
        path: ["secrets", "reseal"], summary: "Seal again what an older key has sealed",
        options: [.init("--drop-old", nil, "Then forget the older keys"), json]),
      .init(
        path: ["connections", "list"], summary: "List calendar accounts and how they are",
        options: [json]),
      .init(
        path: ["connections", "test"], summary: "Ask a calendar account whether it answers",
        positionals: [.init(name: "ID", summary: "The connection's id")], options: [json]),

      .init(
        path: ["mail", "receive"],
        summary: "Take a guest's answer to an invitation from a mail on standard input",
        options: [json], topics: [MailCommands.exitCodes]),

      .init(
        path: ["keys", "create"], summary: "Make an API key and print it once",
        options: [
          .init("--name", "TEXT", "Who will use it", isRequired: true),
          .init("--scopes", "LIST", "Its scopes, separated by commas", isRequired: true),
          .init("--host", "ID", "Act for this host only"),
          json,
        ]),

      .init(
        path: ["jobs", "list"], summary: "List jobs, newest first",
        options: jobFilters + [.init("--limit", "COUNT", "At most so many (50)"), json]),
      .init(
        path: ["jobs", "show"],
        summary: "Show a job, what it waits for, each attempt and what it changed",
        positionals: [job], options: [json]),
      .init(
        path: ["jobs", "why"], summary: "Say why a job does not run", positionals: [job],
        options: [json]),
      .init(
        path: ["jobs", "retry"], summary: "Try a job again now, or all that fit",
        positionals: [jobOrNone], options: jobFilters + [dryRun, json]),
      .init(
        path: ["jobs", "run-now"], summary: "Do not let a job wait for its time, or all that fit",
        positionals: [jobOrNone], options: jobFilters + [dryRun, json]),
      .init(
        path: ["jobs", "cancel"], summary: "Take a job back, or all that fit, and tell its guest",
        positionals: [jobOrNone], options: jobFilters + [dryRun, json]),
      .init(
        path: ["jobs", "discard"], summary: "Give a job up, or all that fit, and tell its guest",
        positionals: [jobOrNone], options: jobFilters + [dryRun, json]),
      .init(
        path: ["jobs", "accept-effect"],
        summary: "Say that a change of unknown outcome was made: it is not made again",
        positionals: [job],
        options: [.init("--key", "KEY", "Which, as `jobs show` names it", isRequired: true), json]),
      .init(
        path: ["jobs", "resend-effect"],
        summary: "Say that a change of unknown outcome was not made: make it",
        positionals: [job],
        options: [.init("--key", "KEY", "Which, as `jobs show` names it", isRequired: true), json]),
      .init(
        path: ["jobs", "undo"], summary: "Put back the jobs of an action that have not begun",
        positionals: [.init(name: "ACTION", summary: "Its number, as the action printed it")],
        options: [json]),

      .init(
        path: ["queues", "list"], summary: "List queues: what waits, what runs, what is paused",
        options: [json]),
      .init(
        path: ["queues", "pause"], summary: "Claim nothing more of a queue, until it is resumed",
        positionals: [.init(name: "NAME", summary: "The queue's name")], options: [ofKind, json]),
      .init(
        path: ["queues", "resume"], summary: "Let a queue go on",
        positionals: [.init(name: "NAME", summary: "The queue's name")], options: [ofKind, json]),
      .init(
        path: ["findings", "list"],
        summary: "List what differs between bookings and calendars",
        options: [
          .init("--kind", "KIND", "Only findings of this kind", choices: findingKinds),
          .init("--state", "STATE", "Only findings in this state", choices: ["open", "resolved"]),
          .init("--calendar", "ID", "Only findings on this calendar"),
          .init("--booking", "ID", "Only findings about this booking"),
          .init("--limit", "NUMBER", "At most so many (50)"),
          .init("--before", "ID", "Only findings before this one: the last of the page before"),
          json,
        ]),
      .init(
        path: ["findings", "show"], summary: "Show a finding and what can be done about it",
        positionals: [finding], options: [json]),
      .init(
        path: ["findings", "compare"], summary: "Compare calendars with the bookings on them now",
        options: [.init("--calendar", "ID", "Only this calendar"), json]),
      .init(
        path: ["findings", "repair"],
        summary: "Put a finding right, after another look at the calendar",
        positionals: [finding],
        options: [
          .init("--with", "REPAIR", "What to do", isRequired: true, choices: repairs),
          .init("--copies", nil, "Also where somebody has copied an event of ours"),
          .init("--dry-run", nil, "Only say what would be done"), json,
        ]),
      .init(
        path: ["lanes", "list"],
        summary: "List lanes, one for each account: limits, breaker, what waits", options: [json]),
      .init(
        path: ["lanes", "reset"], summary: "Close a lane's breaker and let its jobs go on",
        positionals: [.init(name: "ID", summary: "The lane's id, a connection's")],
        options: [json]),
    ])

  private static let json = CommandLineOption("--json", nil, "Print JSON for programs")
  private static let job = CommandLineCommand.Positional(name: "ID", summary: "The job's id")
  private static let jobOrNone = CommandLineCommand.Positional(
    name: "ID", summary: "The job's id; without one, the filters choose", isRequired: false)
  private static let finding = CommandLineCommand.Positional(
    name: "ID", summary: "The finding's id")
  private static let findingKinds = ["missing", "extra", "moved"]
  private static let repairs = [
    "recreateEvent", "cancelBooking", "removeEvent", "followCalendar", "restoreTime",
  ]
  private static let dryRun = CommandLineOption(
    "--dry-run", nil, "Only say to how many it would apply, and when they would be through")
  private static let ofKind = CommandLineOption(
    "--kind", nil, "NAME is a kind of job, not a queue")
  private static let jobFilters: [CommandLineOption] = [
    .init("--state", "STATE", "Only jobs in this state", choices: jobStates),
    .init("--kind", "KIND", "Only jobs of this kind"),
    .init("--queue", "NAME", "Only jobs of this queue"),
    .init("--lane", "ID", "Only jobs of this account"),
    .init("--error", "CLASS", "Only jobs whose last error was of this class", choices: errors),
    .init("--since", "INSTANT", "Only jobs enqueued then or later"),
    .init("--until", "INSTANT", "Only jobs enqueued before"),
  ]
  private static let errors = [
    "transient", "throttled", "conflict", "needsOwner", "permanent", "unknownOutcome",
  ]
  private static let linkID = CommandLineCommand.Positional(name: "ID", summary: "The link's id")
  private static func linkSettings(isNew: Bool) -> [CommandLineOption] {
    [
      .init("--title", "TEXT", "What guests read above the times", isRequired: isNew),
      .init("--duration", "MINUTES", isNew ? "How long a booking takes (30)" : "How long it takes"),
      .init("--time-zone", "ZONE", "The host's IANA time zone, such as Europe/Berlin"),
      .init("--calendar", "ID", "The calendar that bookings go to"),
      .init("--slug", "NAME", "A chosen name in the address; recurring links only"),
      .init("--settings", "FILE", "Any settings, as JSON5 in the API's words; - is standard input"),
      json,
    ]
  }
  private static let linkKinds = ["recurring", "singleUse"]
  private static let linkStates = ["active", "paused", "spent", "deleted"]
  private static let providers = ["local", "caldav", "google", "outlook"]

  /// Those stored, and the two words for an available job whose time is ahead.
  private static let jobStates = [
    "available", "executing", "completed", "cancelled", "discarded", "awaitingApproval", "parked",
    "scheduled", "retryable",
  ]
}
