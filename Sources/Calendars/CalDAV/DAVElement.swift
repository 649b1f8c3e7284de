/// An XML element with what lies in it; comments and the like are gone.
struct DAVElement: Sendable {
  let name: DAVName
  /// Of the attribute `name`, the only one that CalDAV puts anything into.
  var nameAttribute: String?
  var text = ""
  var children: [DAVElement] = []

  func first(_ name: DAVName) -> DAVElement? { children.first { $0.name == name } }
  func all(_ name: DAVName) -> [DAVElement] { children.filter { $0.name == name } }
  func has(_ name: DAVName) -> Bool { children.contains { $0.name == name } }

  /// The text without the white space that pretty-printers put around it.
  var trimmed: String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
