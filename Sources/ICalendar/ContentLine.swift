/// One property of a component, unfolded (RFC 5545 section 3.1). Names are in upper case, as they
/// compare without case.
package struct ContentLine: Sendable {
  package var name: String
  package var parameters: [Parameter]
  /// As it stands in the text: a TEXT value is still escaped, see `text`.
  package var value: String
  /// Where it began in the text it was read from; 0 for one made here.
  package let line: Int

  package struct Parameter: Equatable, Sendable {
    package var name: String
    package var values: [String]

    package init(_ name: String, _ values: [String]) {
      self.name = name
      self.values = values
    }
  }

  package init(
    _ name: String, _ parameters: [Parameter] = [], value: String, line: Int = 0
  ) {
    self.name = name
    self.parameters = parameters
    self.value = value
    self.line = line
  }

  /// A property whose value type is TEXT (section 3.3.11).
  package init(_ name: String, text: String) {
    self.init(name, value: TextValue.escaped(text))
  }

  /// The value read as TEXT.
  package var text: String { TextValue.unescaped(value) }

  /// The first value of a parameter; setting nil removes it, setting a new one appends it.
  package subscript(parameter: String) -> String? {
    get { parameters.first { $0.name == parameter }?.values.first }
    set {
      let index = parameters.firstIndex { $0.name == parameter }
      switch (index, newValue) {
      case (let index?, let value?): parameters[index].values = [value]
      case (let index?, nil): parameters.remove(at: index)
      case (nil, let value?): parameters.append(Parameter(parameter, [value]))
      case (nil, nil): break
      }
    }
  }
}

extension ContentLine: Equatable {
  /// Where a line stood says nothing about what it says.
  package static func == (a: ContentLine, b: ContentLine) -> Bool {
    a.name == b.name && a.parameters == b.parameters && a.value == b.value
  }
}
