extension CommandLineParser {
  /// The grammar of `bookend`.
  static let bookend = CommandLineParser(
    program: "bookend",
    summary: "Bookend: the server behind booking links",
    commands: [
      .init(path: ["serve"], summary: "Run the server and its workers until told to stop"),
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
        ]),

      .init(
        path: ["links", "create"], summary: "Make a booking link and print its address",
        options: [
          .init("--title", "TEXT", "What guests read above the times", isRequired: true),
          .init("--kind", "KIND", "recurring (the default) or singleUse", choices: linkKinds),
          .init("--duration", "MINUTES", "How long a booking takes (30)"),
          .init("--time-zone", "ZONE", "The host's IANA time zone, such as Europe/Berlin"),
          .init("--calendar", "ID", "The calendar that bookings go to"),
          .init("--slug", "NAME", "A chosen name in the address; recurring links only"),
          json,
        ]),
      .init(
        path: ["links", "list"], summary: "List booking links",
        options: [
          .init("--state", "STATE", "Only links in this state", choices: linkStates),
          .init("--kind", "KIND", "Only links of this kind", choices: linkKinds),
          json,
        ]),
      .init(
        path: ["links", "delete"], summary: "Delete a booking link; bookings made with it stay",
        positionals: [.init(name: "ID", summary: "The link's id")], options: [json]),

      .init(
        path: ["connections", "add"], summary: "Connect a calendar account",
        options: [
          .init("--provider", "NAME", "local or caldav", isRequired: true, choices: providers),
          .init("--url", "URL", "Where the CalDAV server is"),
          .init("--user", "NAME", "The account's user name"),
          .init("--password-file", "FILE", "A file that holds the password; - is standard input"),
          .init("--name", "TEXT", "What to call it"),
          .init("--owner-name", "TEXT", "The host's name, when there is no host yet"),
          .init("--owner-email", "ADDRESS", "The host's e-mail address, when there is no host yet"),
          .init("--time-zone", "ZONE", "The host's IANA time zone, when there is no host yet"),
          json,
        ]),
      .init(
        path: ["connections", "list"], summary: "List calendar accounts and how they are",
        options: [json]),
      .init(
        path: ["connections", "test"], summary: "Ask a calendar account whether it answers",
        positionals: [.init(name: "ID", summary: "The connection's id")], options: [json]),

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
        options: [
          .init("--state", "STATE", "Only jobs in this state", choices: jobStates),
          .init("--kind", "KIND", "Only jobs of this kind"),
          .init("--limit", "COUNT", "At most so many (50)"),
          json,
        ]),
      .init(
        path: ["jobs", "show"], summary: "Show a job, what it waits for, and each attempt",
        positionals: [.init(name: "ID", summary: "The job's id")], options: [json]),
      .init(
        path: ["jobs", "retry"], summary: "Try a job again now",
        positionals: [.init(name: "ID", summary: "The job's id")], options: [json]),
    ])

  private static let json = CommandLineOption("--json", nil, "Print JSON for programs")
  private static let linkKinds = ["recurring", "singleUse"]
  private static let linkStates = ["active", "paused", "spent", "deleted"]
  private static let providers = ["local", "caldav"]

  /// Those stored, and the two words for an available job whose time is ahead.
  private static let jobStates = [
    "available", "executing", "completed", "cancelled", "discarded", "awaitingApproval", "parked",
    "scheduled", "retryable",
  ]
}
