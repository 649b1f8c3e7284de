import Core

/// The arguments that a kind takes, so that a job which nobody could run is refused when it is
/// made.
package struct PayloadDefinition: Equatable, Sendable {
  package enum FieldType: Equatable, Sendable {
    case string
    case integer
    case choice([String])
  }

  package struct Field: Equatable, Sendable {
    package let name: String
    package let type: FieldType
    package let isRequired: Bool
  }

  /// Stands in each payload as `version`: rises when a field changes its meaning.
  package let version: Int
  package let fields: [Field]

  /// Long enough for an address or an id, short enough for a row.
  private static let stringLength = 1...1000

  /// Throws every problem of a payload: its version, missing, unknown and mistyped fields.
  package func check(_ payload: JSON) throws(FieldProblems) {
    try FieldReader.read(payload) { reader in
      if let found = reader.integer("version", in: 1...Int.max), found != version {
        reader.report("version", "must be \(version), is \(found)")
      }
      for field in fields { check(field, in: reader) }
      return ()
    }
  }

  private func check(_ field: Field, in reader: FieldReader) {
    guard reader.value(field.name) != nil else {
      if field.isRequired { reader.report(field.name, "is required") }
      return
    }
    switch field.type {
    case .string: _ = reader.string(field.name, length: Self.stringLength)
    case .integer: _ = reader.integer(field.name, in: Int.min...Int.max)
    case .choice(let choices): _ = reader.choice(field.name, among: choices)
    }
  }
}

extension PayloadDefinition {
  private enum TypeName: String, CaseIterable {
    case string, integer, choice
  }

  /// Reads `{ version, fields: { name: { type, required, choices? } } }`.
  init?(reading reader: FieldReader) {
    let version = reader.integer("version", in: 1...Int.max)
    let fields = reader.object("fields") { fields in
      fields.names.map { name in
        fields.object(name) { Self.field(name, reading: $0) }
      }
    }
    guard let version, let fields else { return nil }
    let readable = fields.compactMap { $0 }
    guard readable.count == fields.count else { return nil }
    self.init(version: version, fields: readable)
  }

  private static func field(_ name: String, reading reader: FieldReader) -> Field? {
    let type = reader.choice("type", TypeName.self)
    let isRequired = reader.boolean("required")
    let choices = reader.optionalStrings("choices", count: 1...50, length: 1...64)
    if type == .choice, choices == nil { reader.report("choices", "is required for a choice") }
    if let type, type != .choice, choices != nil {
      reader.report("choices", "is only for a choice")
    }
    guard let type, let isRequired else { return nil }
    switch type {
    case .string: return Field(name: name, type: .string, isRequired: isRequired)
    case .integer: return Field(name: name, type: .integer, isRequired: isRequired)
    case .choice:
      return choices.map { Field(name: name, type: .choice($0), isRequired: isRequired) }
    }
  }
}
