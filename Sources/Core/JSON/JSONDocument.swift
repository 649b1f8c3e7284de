/// A file that a person wrote: its value, and where each part of it stands. Duplicate keys are
/// listed rather than thrown, so that one reading shows every problem of the file.
package struct JSONDocument: Sendable {
  /// The first of duplicate members counts.
  package let value: JSON
  package let duplicates: [JSONError]
  private let lines: [JSONPointer: Int]

  package init(
    _ bytes: [UInt8], syntax: JSON.Syntax = .json5, limits: JSON.Limits = JSON.Limits()
  ) throws(JSONError) {
    var parser = JSONParser(bytes, syntax: syntax, limits: limits, takingNotes: true)
    value = try parser.document()
    duplicates = parser.notes?.duplicates ?? []
    lines = JSONDocument.lines(of: parser.notes?.positions ?? [], in: bytes)
  }

  /// The line of a value; of the nearest one around it where there is no such value.
  package func line(of pointer: JSONPointer) -> Int {
    if let line = lines[pointer] { return line }
    guard let parent = pointer.parent else { return 1 }
    return line(of: parent)
  }

  private static func lines(
    of places: [(pointer: JSONPointer, position: Int)], in bytes: [UInt8]
  ) -> [JSONPointer: Int] {
    var lines: [JSONPointer: Int] = [:]
    var line = 1
    var counted = 0
    for place in places {
      line += bytes[counted..<place.position].count { $0 == 0x0A }
      counted = place.position
      // The first of duplicate members counts here too.
      if lines[place.pointer] == nil { lines[place.pointer] = line }
    }
    return lines
  }
}
