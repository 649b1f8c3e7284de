import Foundation

/// A folder of its own for one test, removed with everything in it when the test lets go of it.
package final class TemporaryFolder: Sendable {
  package let path: String

  /// - Parameter inMemory: on a file system in memory, where there is one: for tests of many short histories
  ///   that are not about the disk.
  package init(inMemory: Bool = false) throws {
    let shared = "/dev/shm"
    let files = FileManager.default
    let parent =
      inMemory && files.isWritableFile(atPath: shared) ? shared : files.temporaryDirectory.path
    path = "\(parent)/bookend-\(UUID())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file into it and returns its path.
  package func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    return file(name)
  }
}
