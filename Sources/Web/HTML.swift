import Core

/// A piece of a page. Text becomes part of it only by being escaped, and names of elements and
/// attributes are literals of the program: nothing that a guest or host has written can be anything
/// but text.
struct HTML: Sendable {
  fileprivate(set) var bytes: [UInt8] = []

  init() {}

  init(text: some StringProtocol) { append(escaping: text) }

  fileprivate mutating func append(_ literal: StaticString) {
    literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  fileprivate mutating func append(escaping text: some StringProtocol) {
    text.appendAsHTML(to: &bytes)
  }
}

/// `name="value"`; nothing at all where the value is nil, the bare name where it is empty.
struct HTMLAttribute: Sendable {
  fileprivate let name: StaticString
  fileprivate let value: String?

  init(_ name: StaticString, _ value: String?) {
    self.name = name
    self.value = value
  }

  /// For `required`, `checked` and the like.
  init(_ name: StaticString, if isOn: Bool = true) { self.init(name, isOn ? "" : nil) }
}

/// An element with its content.
func element(
  _ name: StaticString, _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML
) -> HTML {
  var html = startTag(name, attributes)
  html.bytes += content().bytes
  html.append("</")
  html.append(name)
  html.append(">\n")
  return html
}

/// An element that has no content and no end tag, such as `input`.
func void(_ name: StaticString, _ attributes: HTMLAttribute...) -> HTML {
  startTag(name, attributes)
}

/// A whole document around its root's content.
func document(language: String, @HTMLBuilder content: () -> HTML) -> HTML {
  var html = HTML()
  html.append("<!doctype html>\n")
  html.bytes += element("html", HTMLAttribute("lang", language), content: content).bytes
  return html
}

private func startTag(_ name: StaticString, _ attributes: [HTMLAttribute]) -> HTML {
  var html = HTML()
  html.append("<")
  html.append(name)
  for attribute in attributes {
    guard let value = attribute.value else { continue }
    html.append(" ")
    html.append(attribute.name)
    if value.isEmpty { continue }
    html.append("=\"")
    html.append(escaping: value)
    html.append("\"")
  }
  html.append(">")
  return html
}

/// Puts pieces one after the other; a string among them is text.
@resultBuilder
enum HTMLBuilder {
  static func buildExpression(_ html: HTML) -> HTML { html }
  static func buildExpression(_ text: String) -> HTML { HTML(text: text) }

  static func buildBlock(_ pieces: HTML...) -> HTML { joined(pieces) }
  static func buildArray(_ pieces: [HTML]) -> HTML { joined(pieces) }
  static func buildOptional(_ piece: HTML?) -> HTML { piece ?? HTML() }
  static func buildEither(first piece: HTML) -> HTML { piece }
  static func buildEither(second piece: HTML) -> HTML { piece }

  private static func joined(_ pieces: [HTML]) -> HTML {
    var all = HTML()
    for piece in pieces { all.bytes += piece.bytes }
    return all
  }
}
