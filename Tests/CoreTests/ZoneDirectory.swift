import Core
import Foundation

/// A folder of zone files made for a test; gone when the test is.
final class ZoneDirectory {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("zones-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  /// Reads `bytes` as a zone's file.
  func zone(_ bytes: [UInt8]) throws -> Zone {
    try write("Test", bytes)
    return try ZoneDatabase(directory: path).zone("Test")
  }
}

/// The parts of a TZif file, sound unless a test spoils one.
struct ZoneFileParts {
  var magic = "TZif"
  var version = "2"
  var transitions: [(at: Int64, type: UInt8)] = []
  var types: [(offset: Int32, isDaylight: UInt8, abbreviation: UInt8)] = [(0, 0, 0)]
  var abbreviations = "AAA\0"
  var leapSeconds: UInt32 = 0
  var footer = "\nAAA0\n"

  var bytes: [UInt8] {
    let legacy = header(counts: [0, 0, 0, 0, 1, 4]) + [0, 0, 0, 0, 0, 0] + Array("AAA\0".utf8)
    var body = header(counts: [
      0, 0, leapSeconds, UInt32(transitions.count), UInt32(types.count),
      UInt32(abbreviations.utf8.count),
    ])
    for transition in transitions { body += bigEndian(transition.at) }
    for transition in transitions { body.append(transition.type) }
    for type in types { body += bigEndian(type.offset) + [type.isDaylight, type.abbreviation] }
    return legacy + body + Array(abbreviations.utf8) + Array(footer.utf8)
  }

  private func header(counts: [UInt32]) -> [UInt8] {
    Array(magic.utf8) + Array(version.utf8) + [UInt8](repeating: 0, count: 15)
      + counts.flatMap(bigEndian)
  }

  private func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
