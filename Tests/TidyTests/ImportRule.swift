/// Holds imports against the table of rooms. SwiftPM alone does not: a module that was built for another
/// target can be imported without being named.
enum ImportRule {
  static func findings(in files: [SourceFile], rooms: [Room]) -> [Finding] {
    imports(in: files).compactMap { file, line, module in
      guard let room = rooms.first(where: { $0.name == file.target }) else {
        return Finding(path: file.path, line: line, words: "\(file.target) is no room of the table")
      }
      if room.mayImport(module) { return nil }
      return Finding(path: file.path, line: line, words: "\(room.name) may not import \(module)")
    }
  }

  /// A C library is used through the room that owns it, in tests as well. The exceptions watch
  /// statements, for what nothing but a benchmark asks.
  static func findingsOfLibraries(in files: [SourceFile]) -> [Finding] {
    imports(in: files).compactMap { file, line, module in
      guard libraries.contains(module), !statementWatchers.contains(file.path) else {
        return nil
      }
      return Finding(path: file.path, line: line, words: "only its owner imports \(module)")
    }
  }

  private static let statementWatchers: Set = [
    "Tests/Benchmarks/BookendBench/StatementSteps.swift",
    "Tests/Benchmarks/BookendBench/TransactionTimes.swift",
  ]
  private static let libraries: Set<String> = ["CSQLite", "CCurl", "CCrypto", "CMicroHTTPD"]

  private static func imports(in files: [SourceFile]) -> [(SourceFile, Int, String)] {
    files.flatMap { file in
      file.code.enumerated().compactMap { index, line in
        module(importedBy: line).map { (file, index + 1, $0) }
      }
    }
  }

  /// `@testable import struct Core.Timestamp` imports `Core`.
  private static func module(importedBy line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy(isModifier) else {
      return nil
    }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var"]
    let name = words[(at + 1)...].first { !kinds.contains($0) }
    return name?.split(separator: ".").first.map(String.init)
  }

  private static func isModifier(_ word: Substring) -> Bool {
    word.hasPrefix("@")
      || ["public", "package", "internal", "private", "fileprivate"].contains(word)
  }
}
