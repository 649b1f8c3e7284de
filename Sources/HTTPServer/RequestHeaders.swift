/// The header fields of a request in the order in which they came.
///
/// All bytes lie in one array, because a request has about eight fields and a handler reads two: a
/// String is made only for what is asked for. Bytes that are not UTF-8 read as U+FFFD; no field of ours
/// has a meaning outside ASCII, and `bytes` keeps what was sent.
package struct RequestHeaders: Sendable {
  private struct Entry {
    let start: Int
    let nameEnd: Int
    let end: Int
  }

  private var text: [UInt8] = []
  private var entries: [Entry] = []

  package init() {}

  package init(_ fields: KeyValuePairs<String, String>) {
    for field in fields { append(name: Array(field.key.utf8), value: Array(field.value.utf8)) }
  }

  package var count: Int { entries.count }

  /// The first value of that name; names are compared without regard to case (RFC 9110 section 5.1).
  package subscript(_ name: StaticString) -> String? {
    first(name).map { String(decoding: text[$0.nameEnd..<$0.end], as: UTF8.self) }
  }

  /// Every value of that name, for fields that may come in several lines.
  package func values(_ name: StaticString) -> [String] {
    entries.filter { matches($0, name) }
      .map { String(decoding: text[$0.nameEnd..<$0.end], as: UTF8.self) }
  }

  /// The first value of that name as it was sent.
  package func bytes(_ name: StaticString) -> ArraySlice<UInt8>? {
    first(name).map { text[$0.nameEnd..<$0.end] }
  }

  /// Every field as text, for a handler that repeats what it got.
  package var all: [(name: String, value: String)] {
    entries.map {
      (
        String(decoding: text[$0.start..<$0.nameEnd], as: UTF8.self),
        String(decoding: text[$0.nameEnd..<$0.end], as: UTF8.self)
      )
    }
  }

  func count(_ name: StaticString) -> Int {
    entries.reduce(0) { $0 + (matches($1, name) ? 1 : 0) }
  }

  mutating func reserve(fields: Int, bytes: Int) {
    entries.reserveCapacity(fields)
    text.reserveCapacity(bytes)
  }

  mutating func append(name: some Sequence<UInt8>, value: some Sequence<UInt8>) {
    let start = text.count
    text.append(contentsOf: name)
    let nameEnd = text.count
    text.append(contentsOf: value)
    entries.append(Entry(start: start, nameEnd: nameEnd, end: text.count))
  }

  private func first(_ name: StaticString) -> Entry? {
    entries.first { matches($0, name) }
  }

  private func matches(_ entry: Entry, _ name: StaticString) -> Bool {
    let length = name.utf8CodeUnitCount
    guard entry.nameEnd - entry.start == length else { return false }
    return text.withUnsafeBufferPointer { text in
      name.withUTF8Buffer { name in
        (0..<length).allSatisfy { lowercased(text[entry.start + $0]) == lowercased(name[$0]) }
      }
    }
  }
}

/// ASCII only, as RFC 9110 field names are.
private func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
