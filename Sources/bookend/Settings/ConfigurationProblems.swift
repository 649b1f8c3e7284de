import Core

/// Everything that is wrong with the settings, so that one start shows it all; never empty.
struct ConfigurationProblems: Error, Equatable, Sendable {
  let problems: [ConfigurationProblem]
}

/// One setting that cannot be used, and who said it. Holds no values: one may be a secret.
struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
  enum Source: Equatable, Sendable {
    case file(String, line: Int?)
    case environment(String)
    case flag(String)
    /// Settings that are each right but do not go together.
    case together
  }

  let source: Source
  let detail: String

  var description: String {
    switch source {
    case .file(let file, let line?): "\(file):\(line): \(detail)"
    case .file(let file, nil): "\(file): \(detail)"
    case .environment(let name): "environment \(name): \(detail)"
    case .flag(let flag): "\(flag): \(detail)"
    case .together: detail
    }
  }
}
