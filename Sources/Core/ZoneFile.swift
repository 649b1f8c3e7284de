/// A TZif file of version 2 or later (RFC 8536), read with every length checked: its bytes are the
/// system's, but a half-written one must not take the server down.
struct ZoneFile {
  private var reader: ByteReader

  /// Larger than any zone's file: in tzdata 2026f the largest has 4 KB, in its "fat" form.
  static let longest = 65_536

  static func periods(of bytes: [UInt8]) throws(ZoneFault) -> ZonePeriods {
    guard bytes.starts(with: Header.magic) else { throw .notZoneFile }
    guard bytes.count <= longest else { throw .tooLong }
    var file = ZoneFile(reader: ByteReader(bytes))
    return try file.read()
  }

  private mutating func read() throws(ZoneFault) -> ZonePeriods {
    let legacy = try Header(&reader)
    guard legacy.version >= UInt8(ascii: "2") else { throw .version }
    try reader.skip(legacy.bodyBytes(instantBytes: 4))

    let header = try Header(&reader)
    guard header.leapCount == 0 else { throw .leapSeconds }
    guard header.typeCount > 0, header.abbreviationBytes > 0,
      [0, header.typeCount].contains(header.isUTCount),
      [0, header.typeCount].contains(header.isStandardCount)
    else { throw .counts }

    var instants: [Int64] = []
    for _ in 0..<header.transitionCount { instants.append(try reader.int64()) }
    var typesAfter: [Int] = []
    for _ in 0..<header.transitionCount { typesAfter.append(Int(try reader.byte())) }
    let types = try types(header)
    try reader.skip(header.isStandardCount + header.isUTCount)

    let rule = try footer()
    return try periods(types: types, instants: instants, typesAfter: typesAfter, rule: rule)
  }

  private mutating func types(_ header: Header) throws(ZoneFault) -> [ZoneTimeType] {
    var records: [(offset: Int, isDaylight: Bool, abbreviation: Int)] = []
    for _ in 0..<header.typeCount {
      let offset = Int(try reader.int32())
      let isDaylight = try reader.byte()
      let abbreviation = Int(try reader.byte())
      guard ZoneTimeType.offsets.contains(offset), isDaylight <= 1 else { throw .timeType }
      records.append((offset, isDaylight == 1, abbreviation))
    }
    let abbreviations = try reader.bytes(header.abbreviationBytes)
    var types: [ZoneTimeType] = []
    for record in records {
      let text = abbreviations.dropFirst(record.abbreviation)
      guard let end = text.firstIndex(of: 0),
        text[..<end].allSatisfy({ (0x21...0x7E).contains($0) })
      else { throw .abbreviation }
      types.append(
        ZoneTimeType(
          offset: record.offset, isDaylight: record.isDaylight,
          abbreviation: String(decoding: text[..<end], as: UTF8.self)))
    }
    return types
  }

  /// Between two newlines; empty where nobody knows what comes after the last transition.
  private mutating func footer() throws(ZoneFault) -> ZoneRule? {
    let newline = UInt8(ascii: "\n")
    guard try reader.byte() == newline, let end = reader.rest.firstIndex(of: newline) else {
      throw .rule
    }
    let text = reader.rest[..<end]
    return text.isEmpty ? nil : try ZoneRule(footer: text)
  }

  private func periods(
    types: [ZoneTimeType], instants: [Int64], typesAfter: [Int], rule: ZoneRule?
  ) throws(ZoneFault) -> ZonePeriods {
    // Before the first transition the first type holds (RFC 8536 section 3.2).
    var initial = 0
    var transitions: [(at: Int64, type: Int)] = []
    var previous: Int64?
    for (at, type) in zip(instants, typesAfter) {
      if let previous, at <= previous { throw .transition }
      guard type < types.count, at < ZonePeriods.explicit.upperBound else { throw .transition }
      previous = at
      // Some files begin with a transition at the Big Bang; nobody's date lies before the year 1.
      if at < ZonePeriods.explicit.lowerBound {
        initial = type
      } else {
        transitions.append((at, type))
      }
    }
    return ZonePeriods(
      types: types, initial: initial, transitions: transitions, rule: rule?.daylight)
  }
}

/// The 44 bytes before each data block (RFC 8536 section 3.1).
private struct Header {
  static let magic = Array("TZif".utf8)

  let version: UInt8
  let isUTCount: Int
  let isStandardCount: Int
  let leapCount: Int
  let transitionCount: Int
  let typeCount: Int
  let abbreviationBytes: Int

  init(_ reader: inout ByteReader) throws(ZoneFault) {
    guard try reader.bytes(4).elementsEqual(Header.magic) else { throw .notZoneFile }
    version = try reader.byte()
    try reader.skip(15)
    isUTCount = Int(try reader.uint32())
    isStandardCount = Int(try reader.uint32())
    leapCount = Int(try reader.uint32())
    transitionCount = Int(try reader.uint32())
    typeCount = Int(try reader.uint32())
    abbreviationBytes = Int(try reader.uint32())
  }

  func bodyBytes(instantBytes: Int) -> Int {
    transitionCount * (instantBytes + 1) + typeCount * 6 + abbreviationBytes
      + leapCount * (instantBytes + 4) + isStandardCount + isUTCount
  }
}

/// Takes big-endian numbers from the front of some bytes.
private struct ByteReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func bytes(_ count: Int) throws(ZoneFault) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func skip(_ count: Int) throws(ZoneFault) { _ = try bytes(count) }

  mutating func byte() throws(ZoneFault) -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }
  mutating func uint32() throws(ZoneFault) -> UInt32 {
    UInt32(truncatingIfNeeded: try number(4))
  }
  mutating func int32() throws(ZoneFault) -> Int32 { Int32(truncatingIfNeeded: try number(4)) }
  mutating func int64() throws(ZoneFault) -> Int64 { Int64(bitPattern: try number(8)) }

  private mutating func number(_ count: Int) throws(ZoneFault) -> UInt64 {
    var value: UInt64 = 0
    for byte in try bytes(count) { value = value << 8 | UInt64(byte) }
    return value
  }
}
