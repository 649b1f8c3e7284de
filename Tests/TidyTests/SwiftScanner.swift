/// Tells Swift code from comments and from the contents of string literals. It knows nested comments,
/// raw and multi-line strings, and that an interpolation is code again; regex literals it does not know.
struct SwiftScanner {
  private enum Mode {
    case code
    /// Code inside `\(…)`: ends where its parentheses balance.
    case interpolation(depth: Int)
    case string(pounds: Int, multiline: Bool)
    case lineComment
    case blockComment(depth: Int)
  }

  private let source: [Unicode.Scalar]
  private var position = 0
  private var modes: [Mode] = [.code]
  private var result = String.UnicodeScalarView()

  /// `text` with everything but code replaced by spaces; line breaks stay where they are.
  static func code(of text: String) -> String {
    var scanner = SwiftScanner(text)
    while scanner.position < scanner.source.count { scanner.step() }
    return String(scanner.result)
  }

  private init(_ text: String) { source = Array(text.unicodeScalars) }

  private mutating func step() {
    switch modes[modes.count - 1] {
    case .code: stepCode(depth: nil)
    case .interpolation(let depth): stepCode(depth: depth)
    case .string(let pounds, let multiline): stepString(pounds, multiline)
    case .lineComment:
      if source[position] == "\n" { modes.removeLast() }
      blank(1)
    case .blockComment(let depth):
      if starts("*/") {
        blank(2)
        modes.removeLast()
        if depth > 1 { modes.append(.blockComment(depth: depth - 1)) }
      } else if starts("/*") {
        blank(2)
        modes[modes.count - 1] = .blockComment(depth: depth + 1)
      } else {
        blank(1)
      }
    }
  }

  private mutating func stepCode(depth: Int?) {
    if starts("//") {
      modes.append(.lineComment)
      return blank(2)
    }
    if starts("/*") {
      modes.append(.blockComment(depth: 1))
      return blank(2)
    }
    if let pounds = poundsBeforeQuote() {
      let multiline = starts("\"\"\"", at: position + pounds)
      modes.append(.string(pounds: pounds, multiline: multiline))
      return blank(pounds + (multiline ? 3 : 1))
    }
    if let depth {
      if source[position] == "(" {
        modes[modes.count - 1] = .interpolation(depth: depth + 1)
      } else if source[position] == ")" {
        if depth == 1 {
          modes.removeLast()
        } else {
          modes[modes.count - 1] = .interpolation(depth: depth - 1)
        }
      }
    }
    result.append(source[position])
    position += 1
  }

  private mutating func stepString(_ pounds: Int, _ multiline: Bool) {
    let rail = String(repeating: "#", count: pounds)
    let end = (multiline ? "\"\"\"" : "\"") + rail
    if starts(end) {
      modes.removeLast()
      return blank(end.count)
    }
    if starts("\\" + rail + "(") {
      blank(pounds + 2)
      modes.append(.interpolation(depth: 1))
      return
    }
    // An unfinished literal ends with its line, so that one mistake does not blind the rest of the file.
    if source[position] == "\n" && !multiline { modes.removeLast() }
    blank(starts("\\" + rail) ? pounds + 2 : 1)
  }

  /// How many `#` stand before a quote that opens a literal here; nil when none opens here.
  private func poundsBeforeQuote() -> Int? {
    var index = position
    while index < source.count, source[index] == "#" { index += 1 }
    return index < source.count && source[index] == "\"" ? index - position : nil
  }

  private func starts(_ text: String, at start: Int? = nil) -> Bool {
    var index = start ?? position
    for scalar in text.unicodeScalars {
      guard index < source.count, source[index] == scalar else { return false }
      index += 1
    }
    return true
  }

  private mutating func blank(_ count: Int) {
    for _ in 0..<count where position < source.count {
      result.append(source[position] == "\n" ? "\n" : " ")
      position += 1
    }
  }
}
