import Foundation

/// Files that are shared with Tests/Interop/check_icalendar.py.
package enum InteropSamples {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Interop/icalendar")

  package static func file(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// What a letter of ours says, beside the pages that a browser shows.
  package static func letter(_ name: String, for text: String) throws -> String {
    let file = folder.deletingLastPathComponent().appending(path: "letters/\(name)")
    if isRecording { try Data(text.utf8).write(to: file) }
    return try String(contentsOf: file, encoding: .utf8)
  }

  private static var isRecording: Bool {
    ProcessInfo.processInfo.environment["BOOKEND_RECORD_SAMPLES"] == "1"
  }

  /// The sample of that name, to hold `text` against. Who means to change what we write runs the
  /// tests once with BOOKEND_RECORD_SAMPLES=1, which writes `text` first, and looks at the
  /// difference.
  package static func sample(_ name: String, for text: String) throws -> String {
    if isRecording {
      try Data(text.utf8).write(to: folder.appending(path: "written/\(name)"))
    }
    return try file("written/\(name)")
  }
}
