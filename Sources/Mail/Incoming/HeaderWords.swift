/// The words of a structured header field, comments and spaces left out (RFC 5322 section 3.2, RFC 2045
/// section 5.1).
struct HeaderWords {
  private var rest: Substring.UnicodeScalarView

  init(_ value: String) { rest = Substring(value).unicodeScalars }

  var isAtEnd: Bool {
    mutating get {
      skip()
      return rest.isEmpty
    }
  }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skip()
    guard rest.first == mark else { return false }
    rest.removeFirst()
    return true
  }

  mutating func token() -> String? {
    skip()
    let token = rest.prefix { $0.value > 0x20 && !#"()<>@,;:\"/[]?="#.unicodeScalars.contains($0) }
    rest = rest.dropFirst(token.count)
    return token.isEmpty ? nil : String(token)
  }

  /// What stands between quotation marks; nil where there is none, or it does not end.
  mutating func quoted() -> String? {
    skip()
    guard rest.first == "\"" else { return nil }
    var text = String.UnicodeScalarView()
    var ahead = rest.dropFirst()
    while let scalar = ahead.popFirst() {
      switch scalar {
      case "\"":
        rest = ahead
        return String(text)
      case "\\":
        guard let escaped = ahead.popFirst() else { return nil }
        text.append(escaped)
      default: text.append(scalar)
      }
    }
    return nil
  }

  /// Passes spaces and comments, which may hold comments.
  private mutating func skip() {
    var depth = 0
    while let scalar = rest.first {
      switch scalar {
      case "(": depth += 1
      case ")" where depth > 0: depth -= 1
      case "\\" where depth > 0: rest.removeFirst()
      case " ", "\t": break
      default: if depth == 0 { return }
      }
      rest = rest.dropFirst()
    }
  }

  /// The one address of a field such as From, in lower case: with its name, `"Rivera, Alex" <alex@example.com>`,
  /// or without. Throws where there are more, or a group, or anything that could be read in another way.
  static func address(in value: String) throws(IncomingMailError) -> String {
    var words = HeaderWords(value)
    var phrase: [String] = []
    var address: String?
    while !words.isAtEnd {
      if words.take("<") {
        guard address == nil, let inside = words.run(until: ">") else {
          throw .malformed("its sender is no single address")
        }
        address = inside
      } else if address == nil, let word = words.quoted() ?? words.run() {
        phrase.append(word)
      } else {
        throw .malformed("its sender is no single address")
      }
    }
    let text = address ?? (phrase.count == 1 ? phrase[0] : "")
    guard let mailbox = try? Mailbox(name: "", email: text) else {
      throw .malformed("its sender is no single address")
    }
    return mailbox.email.lowercased()
  }

  /// Everything up to the mark, which is passed; nil where it does not come.
  private mutating func run(until mark: Unicode.Scalar) -> String? {
    guard let end = rest.firstIndex(of: mark) else { return nil }
    let run = String(rest[..<end])
    rest = rest[rest.index(after: end)...]
    return run
  }

  /// An atom, dots and `@` included; encoded words are such.
  private mutating func run() -> String? {
    let run = rest.prefix { $0.value > 0x20 && !#"()<>,;:\"[]"#.unicodeScalars.contains($0) }
    rest = rest.dropFirst(run.count)
    return run.isEmpty ? nil : String(run)
  }
}
