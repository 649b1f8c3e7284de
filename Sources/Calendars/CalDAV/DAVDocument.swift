import Foundation
import FoundationXML

/// Reads the XML of an answer. The only file that knows the parser.
enum DAVDocument {
  /// The root element, or nil if the bytes are no well-formed XML or exceed a limit. A document with a DTD
  /// is refused unread: no server needs one, and entities that expand to gigabytes or name local files
  /// live there.
  static func root(of bytes: [UInt8]) -> DAVElement? {
    guard isPlain(bytes) else { return nil }
    let parser = XMLParser(data: Data(bytes))
    let builder = Builder()
    parser.shouldProcessNamespaces = true
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    return withExtendedLifetime(builder) {
      parser.parse() && !builder.isRefused ? builder.root : nil
    }
  }

  /// ASCII-compatible, so that a DTD cannot hide in another encoding, and without one.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && bytes.firstRange(of: Array("<!DOCTYPE".utf8)) == nil
      && bytes.firstRange(of: Array("<!ENTITY".utf8)) == nil
  }

  private final class Builder: NSObject, XMLParserDelegate {
    private(set) var root: DAVElement?
    private(set) var isRefused = false
    private var open: [DAVElement] = []
    private var count = 0

    func parser(
      _ parser: XMLParser, didStartElement local: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      count += 1
      guard open.count < longestPath, count <= mostElements else {
        isRefused = true
        return parser.abortParsing()
      }
      open.append(
        DAVElement(
          name: DAVName(namespace: namespaceURI ?? "", local: local),
          nameAttribute: attributes["name"]))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      guard !open.isEmpty else { return }
      open[open.count - 1].text += text
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
      self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
    }

    func parser(
      _ parser: XMLParser, didEndElement local: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      guard let element = open.popLast() else { return }
      if open.isEmpty {
        root = element
      } else {
        open[open.count - 1].children.append(element)
      }
    }
  }

  /// A multistatus is seven deep at most.
  private static let longestPath = 32
  /// Some ten elements for each event; a calendar with more than this in one window is no person's.
  private static let mostElements = 500_000
}
