/// The text of `--help`: usage, description, options, exit codes.
extension CommandLineParser {
  /// What to complain of for an error, with exit code 64.
  func message(for error: CommandLineError) -> String {
    let command = ([program] + error.path).joined(separator: " ")
    return "\(error.detail)\nTry \"\(command) --help\"."
  }

  /// The program's own help, or that of a group such as `links`.
  func help(forGroup words: [String]) -> String {
    let group = commands.filter { $0.path.first == words.first }
    let start = group.isEmpty ? [program] : [program, words[0]]
    return page(
      group.isEmpty ? summary : "\(words[0]): its commands",
      usage: start + ["COMMAND", "[options]"],
      [section("Commands", (group.isEmpty ? commands : group).map { ($0.words, $0.summary) })])
  }

  func help(for command: CommandLineCommand) -> String {
    let required = command.options.filter(\.isRequired).map(\.usage)
    return page(
      command.summary,
      usage: [program, command.words] + required + ["[options]"] + command.positionals.map(\.word),
      [
        section("Arguments", command.positionals.map { ($0.name, $0.summary) }),
        section(
          "Options",
          command.options.map { ($0.usage, $0.summary + ($0.isRequired ? " (required)" : "")) }),
      ] + command.topics.map { section($0.title, $0.rows.map { ($0.name, $0.summary) }) })
  }

  private func page(_ summary: String, usage: [String], _ sections: [String]) -> String {
    let settings = section(
      "Settings (before the environment's BOOKEND_…, the file's and the defaults)",
      ConfigurationArgument.options.map { ($0.usage, $0.summary) })
    let exitCodes = section(
      "Exit codes",
      ExitCode.allCases.filter { !$0.isOfMail }.map { (String($0.rawValue), $0.summary) })
    let usage = "Usage: \(usage.joined(separator: " "))\n"
    return (["\(summary)\n", usage] + sections.filter { !$0.isEmpty } + [settings, exitCodes])
      .joined(separator: "\n")
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> String {
    rows.isEmpty ? "" : "\(title):\n\(table(rows))"
  }

  private func table(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, summary in
      "  \(name)\(String(repeating: " ", count: width - name.count))  \(summary)\n"
    }.joined()
  }
}

extension CommandLineOption {
  fileprivate var usage: String { valueName.map { "\(name) \($0)" } ?? name }
}
