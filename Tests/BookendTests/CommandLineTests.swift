import Testing

@testable import bookend

@Suite struct CommandLineTests {
  @Test func readsACommandWithItsOptions() throws {
    #expect(
      try parse(
        "links create --title Coffee --duration=45 --json --port 9090 --set a.b=c=d --set e.f=")
        == .run(
          ParsedCommand(
            path: ["links", "create"], options: ["--title": "Coffee", "--duration": "45"],
            flags: ["--json"],
            configuration: [
              .init(option: "--port", value: "9090"), .init(option: "--set", value: "a.b=c=d"),
              .init(option: "--set", value: "e.f="),
            ])))
    #expect(
      try parse("jobs show job_1 --json")
        == .run(ParsedCommand(path: ["jobs", "show"], flags: ["--json"], positionals: ["job_1"])))
    #expect(
      try parse("jobs show -- --job")
        == .run(ParsedCommand(path: ["jobs", "show"], positionals: ["--job"])))
    #expect(
      try parse("links create --title=--x")
        == .run(ParsedCommand(path: ["links", "create"], options: ["--title": "--x"])))
    #expect(
      try parse("connections add --provider local --password-file -")
        == .run(
          ParsedCommand(
            path: ["connections", "add"],
            options: ["--provider": "local", "--password-file": "-"])))
  }

  @Test(arguments: [
    ("", "a command is required", ""),
    ("--port 1 serve", "a command is required", ""),
    ("sevre", #""sevre" is no command; did you mean serve?"#, ""),
    (
      "links",
      "links needs one of create, list, show, update, pause, resume, explain, spends, reopen, "
        + "delete", "links"
    ),
    ("links craete", #""links craete" is no command; did you mean links create?"#, "links"),
    ("links create", "--title is required", "links create"),
    ("links create --titel x", "--titel is no option; did you mean --title?", "links create"),
    ("links create --title", "--title needs a value", "links create"),
    ("links create --title --json", "--title needs a value", "links create"),
    ("links create --title a --title b", "--title is given twice", "links create"),
    ("links create --json=yes --title a", "--json takes no value", "links create"),
    (
      "links create --title a --kind single",
      "--kind must be one of recurring, singleUse; did you mean singleUse?", "links create"
    ),
    ("serve --port 1 --port 2", "--port is given twice", "serve"),
    ("serve -x", "-x is no option", "serve"),
    ("serve now", #""now" is one argument too many"#, "serve"),
    ("jobs why", "ID is required", "jobs why"),
    ("jobs retry a b", #""b" is one argument too many"#, "jobs retry"),
  ])
  func saysWhatIsWrong(line: String, detail: String, path: String) throws {
    let error = #expect(throws: CommandLineError.self) { try parse(line) }
    #expect(error?.detail == detail)
    #expect(error?.path.joined(separator: " ") == path)
  }

  @Test func anErrorSaysWhereToReadMore() {
    let error = CommandLineError(detail: "--title is required", path: ["links", "create"])
    #expect(
      CommandLineParser.bookend.message(for: error) == """
        --title is required
        Try "bookend links create --help".
        """)
  }

  @Test func helpTellsEverything() throws {
    guard case .help(let text) = try parse("jobs show --help") else {
      Issue.record("no help")
      return
    }
    #expect(
      text == """
        Show a job, what it waits for, each attempt and what it changed

        Usage: bookend jobs show [options] ID

        Arguments:
          ID  The job's id

        Options:
          --json  Print JSON for programs

        Settings (before the environment's BOOKEND_…, the file's and the defaults):
          --config FILE         Read settings from this JSON5 file
          --address IP          Listen on this address (server.address)
          --port NUMBER         Listen on this port, 0 for any (server.port)
          --public-url URL      Where guests reach this server (server.publicUrl)
          --data DIRECTORY      Keep everything here (data.directory)
          --workers COUNT       Run so many jobs at once (workers.count)
          --wall-clock INSTANT  Begin a rehearsal at this time (time.wallClock)
          --log-level LEVEL     debug, info, warning or error (log.level)
          --set NAME=VALUE      Any other setting; may be repeated

        Exit codes:
          0   Done
          1   It was tried and failed; the message says why
          64  The command line is wrong
          69  The server, its database or a provider cannot be reached
          78  A setting or a job's definition is wrong

        """)
  }

  @Test(arguments: ["--help", "-h", "nonsense -h", "links --help"])
  func groupsHaveHelp(line: String) throws {
    guard case .help(let text) = try parse(line) else {
      Issue.record("no help")
      return
    }
    #expect(text.contains("links create  "))
    #expect(text.contains("  serve") == !line.hasPrefix("links"))
  }

  @Test func everyCommandHasHelpAndNoTwoShareAPathOrAnOption() throws {
    let commands = CommandLineParser.bookend.commands
    #expect(Set(commands.map(\.path)).count == commands.count)
    for command in commands {
      let names = (command.options + ConfigurationArgument.options).map(\.name)
      #expect(Set(names).count == names.count)
      #expect(
        try parse((command.path + ["-h"]).joined(separator: " ")) != .run(ParsedCommand(path: [])))
    }
  }

  private func parse(_ line: String) throws(CommandLineError) -> CommandLineParser.Result {
    try CommandLineParser.bookend.parse(line.split(separator: " ").map(String.init))
  }
}
