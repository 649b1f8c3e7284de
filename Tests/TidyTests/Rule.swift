/// A finding, in the form that editors jump to.
struct Finding: CustomStringConvertible, Equatable {
  let path: String
  let line: Int
  let words: String

  var description: String { "\(path):\(line): \(words)" }
}

/// One thing that our sources never hold, and what to write instead.
struct Rule: CustomStringConvertible {
  /// What a rule reads.
  enum Matter {
    /// Swift without comments and string contents.
    case code
    /// Every text, prose included.
    case text
  }

  let name: String
  let instead: String
  let matter: Matter
  /// A match anywhere in a line is a finding.
  let pattern: String
  /// A line that breaks the rule, for the rule's own test; of the form `path|line`.
  let sample: String
  /// Which files the rule speaks of.
  let applies: @Sendable (String) -> Bool
  /// A line that would break the rule but carries its excuse, given with the line before it.
  let excused: @Sendable (_ line: Substring, _ before: Substring) -> Bool

  var description: String { name }

  init(
    _ name: String, instead: String, in matter: Matter = .code, pattern: String, sample: String,
    applies: @escaping @Sendable (String) -> Bool = { _ in true },
    excused: @escaping @Sendable (Substring, Substring) -> Bool = { _, _ in false }
  ) {
    self.name = name
    self.instead = instead
    self.matter = matter
    self.pattern = pattern
    self.sample = sample
    self.applies = applies
    self.excused = excused
  }

  func findings(in files: [SourceFile]) throws -> [Finding] {
    // Plain word boundaries: by Unicode's, `Task.sleep` is one word.
    let regex = try Regex(pattern).wordBoundaryKind(.simple)
    var findings: [Finding] = []
    for file in files where applies(file.path) {
      let read = matter == .code ? file.code : file.lines
      for (index, line) in read.enumerated() where line.contains(regex) {
        if excused(file.lines[index], index > 0 ? file.lines[index - 1] : "") { continue }
        findings.append(Finding(path: file.path, line: index + 1, words: "\(name): \(instead)"))
      }
    }
    return findings
  }
}
