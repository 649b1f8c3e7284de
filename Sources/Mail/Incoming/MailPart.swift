/// A mail as it came, or one part of it: its header fields, and what follows them (RFC 5322 section 2.1, RFC
/// 2045). Lines end in CRLF or, as programs on a pipe get them, in LF.
struct MailPart: Equatable, Sendable {
  struct Field: Equatable, Sendable {
    /// In lower case.
    let name: String
    /// Unfolded.
    var value: String
  }

  let fields: [Field]
  let body: ArraySlice<UInt8>

  /// Throws `malformed` where the header holds a line that is no field.
  init(_ bytes: ArraySlice<UInt8>) throws(IncomingMailError) {
    var rest = bytes
    var fields: [Field] = []
    while let line = rest.takeLine(), !line.isEmpty {
      if line.first == 0x20 || line.first == 0x09 {
        guard !fields.isEmpty else {
          throw .malformed("its header begins in the middle of a field")
        }
        fields[fields.count - 1].value += String(decoding: line, as: UTF8.self)
        continue
      }
      guard fields.count < IncomingReply.Limit.fields else {
        throw .malformed("a header of more than \(IncomingReply.Limit.fields) fields")
      }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        throw .malformed("its header holds a line that is no field")
      }
      let name = line[..<colon].trimmingSpaces
      guard !name.isEmpty, name.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .malformed("its header holds a field without a name")
      }
      fields.append(
        Field(
          name: String(decoding: name, as: UTF8.self).lowercased(),
          value: String(decoding: line[(colon + 1)...], as: UTF8.self)))
    }
    self.fields = fields
    body = rest
  }

  /// The field's value; nil where there is none. One that stands there twice could be read in two ways, and
  /// whoever checked the mail before us may have read the other.
  func single(_ name: String) throws(IncomingMailError) -> String? {
    let found = fields.filter { $0.name == name }
    guard found.count < 2 else { throw .malformed("two fields \(name)") }
    return found.first?.value
  }

  /// RFC 2045 section 5.2: without the field it is plain text.
  func contentType() throws(IncomingMailError) -> ContentType {
    try single("content-type").map { value throws(IncomingMailError) in try ContentType(value) }
      ?? ContentType(name: "text/plain")
  }
}

// MARK: - Multipart

extension MailPart {
  /// The parts that are not parted any further, in their order. Attached mails are not looked into: what they
  /// hold was not sent by this sender.
  func leaves() throws(IncomingMailError) -> [MailPart] {
    var leaves: [MailPart] = []
    try collect(&leaves, depth: 0)
    return leaves
  }

  private func collect(_ leaves: inout [MailPart], depth: Int) throws(IncomingMailError) {
    let type = try contentType()
    guard type.name.hasPrefix("multipart/") else {
      guard leaves.count < IncomingReply.Limit.parts else {
        throw .malformed("more than \(IncomingReply.Limit.parts) parts")
      }
      leaves.append(self)
      return
    }
    guard depth < IncomingReply.Limit.depth else { throw .malformed("parts nested too deeply") }
    guard let boundary = type.parameters["boundary"], (1...70).contains(boundary.utf8.count) else {
      throw .malformed("a multipart without a boundary")
    }
    for part in try split(at: Array("--\(boundary)".utf8)) {
      try part.collect(&leaves, depth: depth + 1)
    }
  }

  /// RFC 2046 section 5.1.1. A multipart that does not end was cut short: what is missing may have been the
  /// part that matters.
  private func split(at delimiter: [UInt8]) throws(IncomingMailError) -> [MailPart] {
    var rest = body
    var parts: [MailPart] = []
    /// Where the part under way begins; nil in the preamble.
    var start: Int?
    while true {
      let lineStart = rest.startIndex
      guard let line = rest.takeLine() else {
        throw .malformed("a multipart that does not end")
      }
      guard line.starts(with: delimiter) else { continue }
      let tail = line.dropFirst(delimiter.count).trimmingSpaces
      let isEnd = tail.elementsEqual("--".utf8)
      guard tail.isEmpty || isEnd else { continue }
      if let start {
        guard parts.count < IncomingReply.Limit.parts else {
          throw .malformed("more than \(IncomingReply.Limit.parts) parts")
        }
        parts.append(try MailPart(body[start..<lineStart].droppingLineBreak))
      }
      if isEnd { return parts }
      start = rest.startIndex
    }
  }
}

extension ArraySlice<UInt8> {
  /// The next line without its end; nil where nothing is left.
  fileprivate mutating func takeLine() -> ArraySlice<UInt8>? {
    guard !isEmpty else { return nil }
    let end = firstIndex(of: 0x0A)
    var line = self[startIndex..<(end ?? endIndex)]
    self = end.map { self[($0 + 1)...] } ?? self[endIndex...]
    if line.last == 0x0D { line.removeLast() }
    return line
  }

  /// The line break before a delimiter belongs to the delimiter.
  fileprivate var droppingLineBreak: ArraySlice<UInt8> {
    var kept = self
    if kept.last == 0x0A { kept.removeLast() }
    if kept.last == 0x0D { kept.removeLast() }
    return kept
  }

  fileprivate var trimmingSpaces: ArraySlice<UInt8> {
    var kept = self
    while let last = kept.last, last == 0x20 || last == 0x09 { kept.removeLast() }
    return kept.drop { $0 == 0x20 || $0 == 0x09 }
  }
}
