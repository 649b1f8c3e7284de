/// A calendar component with everything in it, known or not, in its order (RFC 5545 section 3.6).
package struct Component: Equatable, Sendable {
  /// In upper case: `VCALENDAR`, `VEVENT`, …
  package var name: String
  package var properties: [ContentLine]
  package var components: [Component]

  package init(_ name: String, _ properties: [ContentLine] = [], _ components: [Component] = []) {
    self.name = name
    self.properties = properties
    self.components = components
  }

  /// The first property of that name.
  package func first(_ name: String) -> ContentLine? { properties.first { $0.name == name } }

  package func all(_ name: String) -> [ContentLine] { properties.filter { $0.name == name } }

  package func components(named name: String) -> [Component] {
    components.filter { $0.name == name }
  }

  /// Puts `line` in the place of the first property of its name, or at the end where there is none;
  /// any further ones of that name go.
  package mutating func replace(with line: ContentLine) {
    guard let index = properties.firstIndex(where: { $0.name == line.name }) else {
      properties.append(line)
      return
    }
    properties[index] = line
    let rest = properties[(index + 1)...].filter { $0.name != line.name }
    properties.replaceSubrange((index + 1)..., with: rest)
  }

  package mutating func remove(_ name: String) { properties.removeAll { $0.name == name } }

  /// The text of the component: lines folded at 75 octets that end in CRLF.
  package var text: String {
    var output: [UInt8] = []
    write(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private func write(to output: inout [UInt8]) {
    ContentLine("BEGIN", value: name).write(to: &output)
    for property in properties { property.write(to: &output) }
    for component in components { component.write(to: &output) }
    ContentLine("END", value: name).write(to: &output)
  }
}
