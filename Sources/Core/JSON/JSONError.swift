/// Why a text is no JSON document, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Reason: Equatable, Sendable {
    case tooLong(maximumBytes: Int)
    case tooDeep(maximumDepth: Int)
    case unexpectedEnd
    /// `found` is one character in quotes, or its code.
    case expected(String, found: String)
    case duplicateKey(String)
    case invalidUTF8
    case loneSurrogate
    case controlCharacter
    case badEscape
    case numberOutOfRange
    /// `Infinity` or `NaN`, which JSON5 has and we refuse.
    case noNumber(String)
  }

  package let reason: Reason
  /// From 1; a line ends with LF, as files on our systems do.
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int
  /// The innermost value that was being read.
  package let pointer: JSONPointer

  /// A sentence's end for `400 malformed` and for the operator's terminal.
  package var detail: String {
    switch reason {
    case .tooLong(let maximum): "the document is longer than \(maximum) bytes"
    case .tooDeep(let maximum): "the document is nested deeper than \(maximum) levels"
    case .unexpectedEnd: "the document ends too early"
    case .expected(let wanted, let found): "expected \(wanted), found \(found)"
    case .duplicateKey(let key): "the key \"\(key)\" appears twice in one object"
    case .invalidUTF8: "the text is not valid UTF-8"
    case .loneSurrogate: "half of a surrogate pair is no character"
    case .controlCharacter: "control characters in a string must be escaped"
    case .badEscape: "no such escape sequence"
    case .numberOutOfRange: "the number is out of range"
    case .noNumber(let word): "\(word) is no number here"
    }
  }

  package var description: String { "line \(line), column \(column), at \(pointer): \(detail)" }
}
