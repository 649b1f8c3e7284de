/// What a visitor sees first stays small.
enum RootRule {
  static let allowed: Set<String> = [
    ".ci", ".git", ".gitignore", ".swift-format", "CHANGELOG.md", "LICENSE", "Makefile",
    "Package.swift", "README.md", "Sources", "Tests", "config", "jobs",
  ]

  /// Entries that are neither allowed nor ignored by `.gitignore`, whose lines are `/name/`, `name` or end
  /// in a star.
  static func strangers(among entries: [String], ignored: String) -> [String] {
    let patterns = ignored.split(separator: "\n").map {
      $0.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/")
    }
    return entries.filter { entry in
      !allowed.contains(entry)
        && !patterns.contains { pattern in
          pattern.hasSuffix("*") ? entry.hasPrefix(pattern.dropLast()) : entry == pattern
        }
    }
  }
}
