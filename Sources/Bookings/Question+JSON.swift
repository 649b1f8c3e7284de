import Core

/// A question as sent: who sends none of its own gets an id for it.
struct NewQuestion {
  let id: String?
  let label: String
  let kind: Question.Kind
  let isRequired: Bool

  private enum KindName: String, CaseIterable { case text, choice }

  init?(reading fields: FieldReader) {
    let id = fields.optionalLine("id", length: 1...Question.longestID)
    let label = fields.line("label", length: LinkSettings.Limit.questionCharacters)
    let name = fields.optionalChoice("kind", KindName.self)
    let choices = fields.optionalStrings(
      "choices", count: LinkSettings.Limit.choices, length: LinkSettings.Limit.choiceCharacters)
    let isRequired = fields.optionalBoolean("required") ?? false
    if let id, !id.utf8.allSatisfy(Question.isOfIDs) {
      fields.report("id", "must be made of lower-case letters a to z, digits, hyphens and _")
    }
    // Without a kind, choices say which it is.
    let isChoice = name.map { $0 == .choice } ?? (choices != nil)
    if isChoice, choices == nil, !fields.isAtFault("choices") {
      fields.report("choices", "is required for a choice")
    }
    if !isChoice, choices != nil { fields.report("choices", "is only for a choice") }
    guard let label else { return nil }
    self.id = id
    self.label = label
    kind = isChoice ? .choice(choices ?? []) : .text
    self.isRequired = isRequired
  }
}

extension [NewQuestion] {
  /// With `q1`, `q2`, … for those that have no id, whichever are free.
  var numbered: [Question] {
    var taken = Set(compactMap(\.id))
    var number = 0
    return map { question in
      var id = question.id
      while id == nil {
        number += 1
        if taken.insert("q\(number)").inserted { id = "q\(number)" }
      }
      return Question(
        id: id ?? "", label: question.label, kind: question.kind, isRequired: question.isRequired)
    }
  }
}

extension Question {
  static let longestID = 40

  static func isOfIDs(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension Question: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("id", id)
      $0.field("label", label)
      switch kind {
      case .text: $0.field("kind", "text")
      case .choice(let choices):
        $0.field("kind", "choice")
        $0.field("choices", choices)
      }
      $0.field("required", isRequired)
    }
  }
}
