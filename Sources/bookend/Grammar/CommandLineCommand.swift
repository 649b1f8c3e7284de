/// One command as people type it; what it does stands elsewhere, under the same path.
struct CommandLineCommand: Sendable {
  /// `["links", "create"]`.
  let path: [String]
  let summary: String
  var positionals: [Positional] = []
  var options: [CommandLineOption] = []
  /// What help says beyond the options.
  var topics: [Topic] = []

  struct Topic: Sendable {
    let title: String
    let rows: [(name: String, summary: String)]
  }

  struct Positional: Sendable {
    /// `ID`, as help shows it.
    let name: String
    let summary: String
    var isRequired = true

    /// As usage shows it.
    var word: String { isRequired ? name : "[\(name)]" }
  }
}

/// `--title TEXT`, or a flag such as `--json`.
struct CommandLineOption: Sendable {
  let name: String
  /// Nil for a flag.
  let valueName: String?
  let summary: String
  var isRequired = false
  /// Empty if any value will do.
  var choices: [String] = []

  init(
    _ name: String, _ valueName: String?, _ summary: String, isRequired: Bool = false,
    choices: [String] = []
  ) {
    self.name = name
    self.valueName = valueName
    self.summary = summary
    self.isRequired = isRequired
    self.choices = choices
  }
}

/// A command line that fits the grammar.
struct ParsedCommand: Equatable, Sendable {
  let path: [String]
  /// By name with its dashes: `options["--title"]`.
  var options: [String: String] = [:]
  var flags: Set<String> = []
  /// As many as the command has.
  var positionals: [String] = []
  /// For `Configuration.load`, in the order typed.
  var configuration: [ConfigurationArgument] = []
}

/// What is wrong with a command line, in words that name the option.
struct CommandLineError: Error, Equatable, Sendable {
  let detail: String
  /// The command whose `--help` says more; empty for the program's own.
  let path: [String]
}
