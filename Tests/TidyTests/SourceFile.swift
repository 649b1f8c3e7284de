import Foundation

/// A text file of the checkout, with its path from the root.
struct SourceFile {
  let path: String
  let text: String
  let lines: [Substring]
  /// The Swift text with comments and the contents of string literals blanked, line for line, so that a
  /// rule about code does not fire on prose. Empty for other languages.
  let code: [Substring]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    code =
      path.hasSuffix(".swift")
      ? SwiftScanner.code(of: text).split(separator: "\n", omittingEmptySubsequences: false) : []
  }

  /// `Sources/Core/Log.swift` is in `Core`.
  var target: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }
}

/// The checkout that this test was compiled from.
enum Checkout {
  /// Everything that the rules read, read and scanned once.
  static let sources = Result {
    try files(
      in: ["Sources", "Tests", "config", "jobs"],
      extensions: ["swift", "py", "c", "h", "lua", "js", "md", "json5"])
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func files(in folders: [String], extensions: Set<String>) throws -> [SourceFile] {
    var files: [SourceFile] = []
    for folder in folders {
      let base = root.appending(path: folder)
      guard let walk = FileManager.default.enumerator(atPath: base.path) else { continue }
      for case let name as String in walk {
        let url = base.appending(path: name)
        guard extensions.contains(url.pathExtension) else { continue }
        files.append(SourceFile(path: "\(folder)/\(name)", text: try text(of: url)))
      }
    }
    return files.sorted { $0.path < $1.path }
  }

  static func text(of path: String) throws -> String { try text(of: root.appending(path: path)) }

  static func topLevelEntries() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
  }

  private static func text(of url: URL) throws -> String {
    try String(contentsOf: url, encoding: .utf8)
  }
}
