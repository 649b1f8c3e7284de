import Core

/// Reads a command line by a table of commands.
struct CommandLineParser {
  let program: String
  let summary: String
  let commands: [CommandLineCommand]

  enum Result: Equatable {
    case run(ParsedCommand)
    /// `--help` was asked for: print this and succeed.
    case help(String)
  }

  /// - Parameter arguments: Without the program's own name.
  func parse(_ arguments: [String]) throws(CommandLineError) -> Result {
    let words = arguments.prefix { !$0.hasPrefix("-") }
    guard let command = command(startingWith: words) else {
      if asksForHelp(arguments) { return .help(help(forGroup: Array(words))) }
      throw unknownCommand(Array(words))
    }
    let rest = arguments.dropFirst(command.path.count)
    if asksForHelp(rest) { return .help(help(for: command)) }
    return .run(try parse(rest, of: command))
  }

  private func parse(
    _ arguments: ArraySlice<String>, of command: CommandLineCommand
  ) throws(CommandLineError) -> ParsedCommand {
    var parsed = ParsedCommand(path: command.path)
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "--" {
        parsed.positionals += rest
        break
      } else if argument.hasPrefix("-"), argument != "-" {
        try parseOption(argument, &rest, of: command, into: &parsed)
      } else {
        parsed.positionals.append(argument)
      }
    }
    try checkComplete(parsed, of: command)
    return parsed
  }

  private func parseOption(
    _ argument: String, _ rest: inout ArraySlice<String>, of command: CommandLineCommand,
    into parsed: inout ParsedCommand
  ) throws(CommandLineError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let known = command.options + ConfigurationArgument.options
    guard let option = known.first(where: { $0.name == name }) else {
      throw failure("\(name) is no option" + hint(for: name, among: known.map(\.name)), command)
    }
    guard option.valueName != nil else {
      guard parts.count == 1 else { throw failure("\(name) takes no value", command) }
      parsed.flags.insert(name)
      return
    }
    // A value that looks like an option is one whose value was forgotten; `--title=--x` means it.
    var value = parts.count == 2 ? String(parts[1]) : nil
    if value == nil, let next = rest.first, !next.hasPrefix("--") { value = rest.popFirst() }
    guard let value else { throw failure("\(name) needs a value", command) }
    if !option.choices.isEmpty, !option.choices.contains(value) {
      let choices = option.choices.joined(separator: ", ")
      throw failure(
        "\(name) must be one of \(choices)" + hint(for: value, among: option.choices), command)
    }
    if command.options.contains(where: { $0.name == name }) {
      guard parsed.options.updateValue(value, forKey: name) == nil else {
        throw failure("\(name) is given twice", command)
      }
    } else {
      let isRepeated = parsed.configuration.contains { $0.option == name }
      guard !isRepeated || name == "--set" else { throw failure("\(name) is given twice", command) }
      parsed.configuration.append(ConfigurationArgument(option: name, value: value))
    }
  }

  private func checkComplete(
    _ parsed: ParsedCommand, of command: CommandLineCommand
  ) throws(CommandLineError) {
    for option in command.options where option.isRequired && parsed.options[option.name] == nil {
      throw failure("\(option.name) is required", command)
    }
    if parsed.positionals.count < command.positionals.filter(\.isRequired).count {
      throw failure("\(command.positionals[parsed.positionals.count].name) is required", command)
    }
    if parsed.positionals.count > command.positionals.count {
      let extra = parsed.positionals[command.positionals.count]
      throw failure("\"\(extra)\" is one argument too many", command)
    }
  }

  // MARK: Commands

  private func command(startingWith words: ArraySlice<String>) -> CommandLineCommand? {
    commands.first { words.starts(with: $0.path) }
  }

  private func unknownCommand(_ words: [String]) -> CommandLineError {
    guard !words.isEmpty else { return CommandLineError(detail: "a command is required", path: []) }
    let group = commands.filter { $0.path.first == words.first }
    if !group.isEmpty, words.count == 1 {
      let names = group.map { $0.path.dropFirst().joined(separator: " ") }
      return CommandLineError(
        detail: "\(words[0]) needs one of \(names.joined(separator: ", "))", path: words)
    }
    let typed = group.isEmpty ? words[0] : words.prefix(2).joined(separator: " ")
    let names = (group.isEmpty ? commands.map { $0.path[0] } : group.map(\.words))
    return CommandLineError(
      detail: "\"\(typed)\" is no command" + hint(for: typed, among: names),
      path: group.isEmpty ? [] : [words[0]])
  }

  private func asksForHelp(_ arguments: some Collection<String>) -> Bool {
    arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }

  private func failure(_ detail: String, _ command: CommandLineCommand) -> CommandLineError {
    CommandLineError(detail: detail, path: command.path)
  }

  private func hint(for name: String, among known: [String]) -> String {
    suggestion(for: name, among: known).map { "; did you mean \($0)?" } ?? ""
  }
}

extension CommandLineCommand {
  var words: String { path.joined(separator: " ") }
}
