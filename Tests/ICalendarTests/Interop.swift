import Foundation
import Testing

/// Files that are shared with Tests/Interop/check_icalendar.py.
enum Interop {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Interop/icalendar")

  static func file(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Holds `text` against the sample of that name. Who means to change what we write runs the tests once
  /// with BOOKEND_RECORD_SAMPLES=1 and looks at the difference.
  static func expect(
    _ text: String, isFile name: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    if ProcessInfo.processInfo.environment["BOOKEND_RECORD_SAMPLES"] == "1" {
      let url = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    let sample = try file(name)
    #expect(text == sample, sourceLocation: location)
  }
}
