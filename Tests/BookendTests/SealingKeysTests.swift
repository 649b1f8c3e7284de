import Core
import Foundation
import TestSupport
import Testing

@testable import bookend

/// The file of keys is looked at before each use: another process may have changed it.
@Suite struct SealingKeysTests {
  private let folder: TemporaryFolder
  private let path: String
  private let first = String(repeating: "a1", count: 32)
  private let second = String(repeating: "b2", count: 32)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("seal")
    try write([first])
  }

  /// As a new file under the old name, which is how programs replace files.
  private func write(_ lines: [String]) throws {
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func theFirstLineSealsAndEachOpens() throws {
    let keys = try SealingKeys(path: path)
    let old = try keys.seal(Array("secret".utf8), for: "con_1")
    #expect(try !keys.needsResealing(old))
    try write([second, first])
    #expect(try keys.open(old, for: "con_1") == Array("secret".utf8))
    #expect(try keys.needsResealing(old))
    let new = try keys.seal(Array("secret".utf8), for: "con_1")
    try write([second])
    #expect(try keys.open(new, for: "con_1") == Array("secret".utf8))
    #expect(throws: (any Error).self) { try keys.open(old, for: "con_1") }
    #expect(throws: (any Error).self) { try keys.open(new, for: "con_2") }
  }

  @Test(arguments: ["", "zz", "a1b2", "a1\n"])
  func whatIsNoKeyFileIsRefusedAndNamed(text: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    do {
      _ = try SealingKeys(path: path)
      Issue.record("it was read")
    } catch let refusal as CommandRefusal {
      #expect(refusal.detail.contains(path))
      #expect(!refusal.detail.contains("a1b2"))
    }
  }

  @Test func aFileThatIsSpoiledLaterSpoilsNothingQuietly() throws {
    let keys = try SealingKeys(path: path)
    let sealed = try keys.seal([1], for: "con_1")
    try write(["nonsense"])
    #expect(throws: (any Error).self) { try keys.seal([1], for: "con_1") }
    // Where it is gone for a moment, the keys at hand still serve.
    try FileManager.default.removeItem(atPath: path)
    #expect(try keys.open(sealed, for: "con_1") == [1])
  }
}
