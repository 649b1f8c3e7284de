extension Component {
  /// Reads the VCALENDAR objects of a text: CRLF or bare LF, folded or not. Nothing is dropped, and
  /// a text that was cut short is an error: what is missing from it might be busy.
  package static func read(_ text: String) throws(ICalendarError) -> [Component] {
    try read(Array(text.utf8))
  }

  /// As `read(_:)` of text; folds inside a UTF-8 sequence, which some servers write, are mended.
  package static func read(_ bytes: [UInt8]) throws(ICalendarError) -> [Component] {
    guard bytes.count <= ICalendarLimit.bytes else {
      throw .tooLarge(limit: ICalendarLimit.bytes)
    }
    var lines = LineReader(bytes)
    var finished: [Component] = []
    var open: [Component] = []
    while let (bytes, number) = try lines.next() {
      let line = try ContentLine(reading: bytes, line: number)
      switch line.name {
      case "BEGIN":
        guard open.count < ICalendarLimit.depth else { throw .tooDeep(line: number) }
        open.append(Component(line.componentName))
      case "END":
        guard let component = open.popLast(), component.name == line.componentName else {
          throw .malformed(line: number, detail: "END without its BEGIN")
        }
        if open.isEmpty {
          finished.append(component)
        } else {
          open[open.count - 1].components.append(component)
        }
      default:
        guard !open.isEmpty else {
          throw .malformed(line: number, detail: "a property outside of any component")
        }
        open[open.count - 1].properties.append(line)
      }
    }
    guard open.isEmpty else { throw .malformed(line: lines.line, detail: "the text was cut short") }
    guard !finished.isEmpty, finished.allSatisfy({ $0.name == "VCALENDAR" }) else {
      throw .malformed(line: lines.line, detail: "no VCALENDAR")
    }
    return finished
  }
}

extension ContentLine {
  fileprivate var componentName: String {
    String(decoding: value.utf8.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self).uppercased()
  }
}

/// Splits bytes into unfolded lines.
private struct LineReader {
  private let bytes: [UInt8]
  private var position: Int
  /// Of the last physical line read, from 1.
  private(set) var line = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark is no part of the first name.
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next line that is not blank, with its continuations, and the number of its first.
  mutating func next() throws(ICalendarError) -> (bytes: ArraySlice<UInt8>, line: Int)? {
    while position < bytes.count {
      var content = try physicalLine()
      let number = line
      while isAtContinuation {
        position += 1
        content.append(contentsOf: try physicalLine())
      }
      if content.contains(where: { $0 != 0x20 && $0 != 0x09 }) { return (content, number) }
    }
    return nil
  }

  private var isAtContinuation: Bool {
    position < bytes.count && (bytes[position] == 0x20 || bytes[position] == 0x09)
  }

  private mutating func physicalLine() throws(ICalendarError) -> ArraySlice<UInt8> {
    line += 1
    guard line <= ICalendarLimit.lines else { throw .tooLarge(limit: ICalendarLimit.lines) }
    let rest = bytes[position...]
    let end = rest.firstIndex(of: 0x0A) ?? bytes.endIndex
    position = min(end + 1, bytes.endIndex)
    let content = rest[..<end]
    return content.last == 0x0D ? content.dropLast() : content
  }
}
