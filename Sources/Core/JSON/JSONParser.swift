/// Recursive descent over bytes, with the depth bounded before each descent.
struct JSONParser {
  let bytes: [UInt8]
  let syntax: JSON.Syntax
  let limits: JSON.Limits
  var position = 0
  private var path: [Step] = []
  /// Only `JSONDocument` asks for notes; a request's body has no use for them.
  private(set) var notes: Notes?

  private enum Step {
    case key(String)
    case index(Int)
  }

  struct Notes {
    var positions: [(pointer: JSONPointer, position: Int)] = []
    var duplicates: [JSONError] = []
  }

  init(_ bytes: [UInt8], syntax: JSON.Syntax, limits: JSON.Limits, takingNotes: Bool = false) {
    self.bytes = bytes
    self.syntax = syntax
    self.limits = limits
    notes = takingNotes ? Notes() : nil
  }

  mutating func document() throws(JSONError) -> JSON {
    guard bytes.count <= limits.maximumBytes else {
      throw failure(.tooLong(maximumBytes: limits.maximumBytes))
    }
    try skipSpace()
    let value = try value()
    try skipSpace()
    guard isAtEnd else { throw unexpected("the document's end") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    noteValue()
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "'") where syntax == .json5: return .string(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    position += 1
    try checkDepth()
    var members: [(key: String, value: JSON)] = []
    var seen = KeySet()
    try skipSpace()
    while byte != UInt8(ascii: "}") {
      let start = position
      let key = try key()
      path.append(.key(key))
      let isNew = seen.insert(key, after: members)
      if !isNew { try noteDuplicate(key, at: start) }
      try skipSpace()
      guard byte == UInt8(ascii: ":") else { throw unexpected("\":\"") }
      position += 1
      try skipSpace()
      let value = try value()
      if isNew { members.append((key, value)) }
      path.removeLast()
      try separator(closing: "}")
    }
    position += 1
    return .object(JSONObject(distinct: members))
  }

  private mutating func array() throws(JSONError) -> JSON {
    position += 1
    try checkDepth()
    var elements: [JSON] = []
    try skipSpace()
    while byte != UInt8(ascii: "]") {
      path.append(.index(elements.count))
      elements.append(try value())
      path.removeLast()
      try separator(closing: "]")
    }
    position += 1
    return .array(elements)
  }

  /// Passes the comma between two members, or stops before the closing bracket.
  private mutating func separator(closing bracket: Unicode.Scalar) throws(JSONError) {
    try skipSpace()
    if byte == UInt8(ascii: bracket) { return }
    guard byte == UInt8(ascii: ",") else { throw unexpected("\",\" or \"\(bracket)\"") }
    position += 1
    try skipSpace()
    if byte == UInt8(ascii: bracket), syntax == .strict {
      throw unexpected("a value after the comma")
    }
  }

  private mutating func key() throws(JSONError) -> String {
    if byte == UInt8(ascii: "\"") { return try text() }
    if syntax == .json5 {
      if byte == UInt8(ascii: "'") { return try text() }
      if let name = identifier() { return name }
    }
    throw unexpected("a key or \"}\"")
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let start = position
    for offset in 0..<word.utf8CodeUnitCount {
      guard byte == word.utf8Start[offset] else {
        position = start
        throw unexpected("a value")
      }
      position += 1
    }
    return value
  }

  private mutating func noteValue() {
    guard notes != nil else { return }
    let pointer = pointer
    notes?.positions.append((pointer, position))
  }

  private func checkDepth() throws(JSONError) {
    // Every open object or array stands in the path but the innermost, which is being opened.
    guard path.count < limits.maximumDepth else {
      throw failure(.tooDeep(maximumDepth: limits.maximumDepth))
    }
  }

  private mutating func noteDuplicate(_ key: String, at start: Int) throws(JSONError) {
    let error = failure(.duplicateKey(JSONPointer.cut(key)), at: start)
    guard notes != nil else { throw error }
    notes?.duplicates.append(error)
  }

  /// Finds a key among those before: by looking while they are few, by hash when a stranger sends
  /// many.
  private struct KeySet {
    private static let few = 16
    private var many: Set<String> = []

    mutating func insert(_ key: String, after members: [(key: String, value: JSON)]) -> Bool {
      if members.count < KeySet.few { return !members.contains { $0.key == key } }
      if many.isEmpty { many = Set(members.map(\.key)) }
      return many.insert(key).inserted
    }
  }
}

extension JSONParser {
  /// The byte at hand. NUL stands for the end: it is an error wherever it appears.
  var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }
  var isAtEnd: Bool { position >= bytes.count }

  var pointer: JSONPointer {
    path.reduce(.root) { pointer, step in
      switch step {
      case .key(let key): pointer.appending(key: key)
      case .index(let index): pointer.appending(index: index)
      }
    }
  }

  func failure(_ reason: JSONError.Reason, at position: Int? = nil) -> JSONError {
    let place = place(of: position ?? self.position)
    return JSONError(reason: reason, line: place.line, column: place.column, pointer: pointer)
  }

  func unexpected(_ wanted: String) -> JSONError {
    guard !isAtEnd else { return failure(.unexpectedEnd) }
    switch byte {
    case 0x20...0x7E:
      return failure(.expected(wanted, found: "\"\(Character(Unicode.Scalar(byte)))\""))
    case 0x80...:
      return failure(.expected(wanted, found: "a character that is not ASCII"))
    default: return failure(.expected(wanted, found: "a control character"))
    }
  }

  private func place(of position: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(position) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}
