import Core
import Foundation

/// What commands print: results on standard output, complaints on standard error. The log goes elsewhere.
enum Output {
  static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

  static func json(_ body: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    body(&writer)
    FileHandle.standardOutput.write(Data(writer.bytes + [UInt8(ascii: "\n")]))
  }

  static func complain(_ text: String) {
    FileHandle.standardError.write(Data("bookend: \(text)\n".utf8))
  }

  /// Columns as wide as their widest cell.
  static func table(_ rows: [[String]]) {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    for row in rows {
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }
      line(cells.joined(separator: "  ").trimmedAtEnd)
    }
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
