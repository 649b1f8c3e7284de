/// A file that nobody reads to its end is two files.
enum LengthRule {
  /// Nine in ten files of the codebases that we learn from stay below 350 lines; some slack for tables.
  static let mostLines = 400

  static func findings(in files: [SourceFile]) -> [Finding] {
    files.compactMap { file in
      // Settings with a comment each are read by searching.
      if file.path.hasPrefix("config/") { return nil }
      let count = file.lines.count
      guard count > mostLines else { return nil }
      return Finding(
        path: file.path, line: mostLines + 1,
        words: "\(count) lines are more than \(mostLines): split the file by its topics")
    }
  }
}
