import Foundation
import SQLite
import TestSupport

/// The SQL of the Store as its sources have it, so that no copy here can differ from what runs.
struct SQLStatements {
  struct Statement: CustomStringConvertible {
    let file: String
    let sql: String
    var description: String { "\(file): \(sql.split(separator: "\n").first ?? "")" }
  }

  let all: [Statement]

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let sources = root.appending(path: "Sources/Store").path
    var found: [Statement] = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: sources).sorted()
    where name.hasSuffix(".swift") && name != "Schema.swift" {
      let text = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8)
      found += SQLStatements.literals(in: text).map { Statement(file: name, sql: $0) }
    }
    all = found
  }

  /// The one statement that contains `part`.
  func containing(_ part: String) throws -> Statement {
    let found = all.filter { $0.sql.contains(part) }
    guard found.count == 1, let statement = found.first else {
      throw Ambiguous(part: part, count: found.count)
    }
    return statement
  }

  struct Ambiguous: Error {
    let part: String
    let count: Int
  }

  private static func literals(in text: String) -> [String] {
    let verbs = "(?:SELECT|INSERT|UPDATE|DELETE|WITH)"
    let long = "\"\"\"\\n\\s*(\(verbs)\\b[\\s\\S]*?)\"\"\""
    let short = "\"(\(verbs) [^\"\\n]*)\""
    return [long, short].flatMap { pattern -> [String] in
      guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
      let range = NSRange(text.startIndex..., in: text)
      return expression.matches(in: text, range: range).compactMap { match in
        Range(match.range(at: 1), in: text).map { String(text[$0]) }
      }
    }
  }
}
