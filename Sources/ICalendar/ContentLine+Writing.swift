extension ContentLine {
  /// RFC 5545 section 3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line
  /// break."
  static let octets = 75

  /// Appends the property as folded lines that end in CRLF. Whatever the value holds, it adds
  /// exactly one property: control characters do not get through.
  func write(to output: inout [UInt8]) {
    var content = Array(name.utf8)
    for parameter in parameters {
      content.append(UInt8(ascii: ";"))
      content.append(contentsOf: parameter.name.utf8)
      for (index, value) in parameter.values.enumerated() {
        content.append(index == 0 ? UInt8(ascii: "=") : UInt8(ascii: ","))
        content.append(contentsOf: ParameterValue.encoded(value).utf8)
      }
    }
    content.append(UInt8(ascii: ":"))
    content.append(contentsOf: value.utf8)
    content.removeAll { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }
    ContentLine.fold(content, to: &output)
  }

  /// A continuation begins with a space, which counts among its 75 octets; a UTF-8 sequence stays
  /// whole.
  private static func fold(_ content: [UInt8], to output: inout [UInt8]) {
    var start = 0
    var room = octets
    while content.count - start > room {
      var end = start + room
      while end > start + 1, content[end] & 0xC0 == 0x80 { end -= 1 }
      output.append(contentsOf: content[start..<end])
      output.append(contentsOf: [0x0D, 0x0A, 0x20])
      start = end
      room = octets - 1
    }
    output.append(contentsOf: content[start...])
    output.append(contentsOf: [0x0D, 0x0A])
  }
}
