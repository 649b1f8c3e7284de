extension ContentLine {
  /// Reads `name *(";" param) ":" value`, already unfolded.
  init(reading bytes: ArraySlice<UInt8>, line: Int) throws(ICalendarError) {
    var reader = ContentLineReader(rest: bytes, line: line)
    let name = try reader.name()
    var parameters: [Parameter] = []
    while reader.skip(UInt8(ascii: ";")) { parameters.append(try reader.parameter()) }
    guard reader.skip(UInt8(ascii: ":")) else {
      throw .malformed(line: line, detail: "no colon after the property's name")
    }
    self.init(
      name, parameters, value: String(decoding: reader.rest, as: UTF8.self), line: line)
  }
}

private struct ContentLineReader {
  var rest: ArraySlice<UInt8>
  let line: Int

  mutating func skip(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  mutating func name() throws(ICalendarError) -> String {
    let bytes = rest.prefix { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        true
      // Not in the grammar, but written by exporters that derive names from field names.
      case UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    guard !bytes.isEmpty else { throw .malformed(line: line, detail: "no property name") }
    rest = rest[bytes.endIndex...]
    return String(decoding: bytes, as: UTF8.self).uppercased()
  }

  mutating func parameter() throws(ICalendarError) -> ContentLine.Parameter {
    var parameter = ContentLine.Parameter(try name(), [])
    // A parameter without a value is vCard's old way; it is kept as it came.
    guard skip(UInt8(ascii: "=")) else { return parameter }
    repeat { parameter.values.append(try parameterValue()) } while skip(UInt8(ascii: ","))
    return parameter
  }

  private mutating func parameterValue() throws(ICalendarError) -> String {
    let bytes: ArraySlice<UInt8>
    if skip(UInt8(ascii: "\"")) {
      bytes = rest.prefix { $0 != UInt8(ascii: "\"") }
      rest = rest[bytes.endIndex...]
      guard skip(UInt8(ascii: "\"")) else {
        throw .malformed(line: line, detail: "a quoted parameter does not end")
      }
    } else {
      bytes = rest.prefix { byte in
        byte != UInt8(ascii: ",") && byte != UInt8(ascii: ";") && byte != UInt8(ascii: ":")
      }
      rest = rest[bytes.endIndex...]
    }
    return ParameterValue.decoded(String(decoding: bytes, as: UTF8.self))
  }
}
