import Core

extension LinkSettings {
  /// The answers in the order of the questions, or all that is wrong with them. What was left blank is no
  /// answer.
  package func answers(_ given: [String: String]) throws(FieldProblems) -> [Answer] {
    var answers: [Answer] = []
    var problems: [FieldProblem] = []
    for question in questions {
      let text = given[question.id] ?? ""
      if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
        if question.isRequired { problems.append(.answer(question.id, "is required")) }
        continue
      }
      if let detail = question.fault(of: text) { problems.append(.answer(question.id, detail)) }
      answers.append(Answer(question: question.id, label: question.label, text: text))
    }
    let known = Set(questions.map(\.id))
    for id in given.keys.sorted() where !known.contains(id) {
      // An answer to none would be lost without a word.
      problems.append(.answer(id, "is no question of this link"))
    }
    if !problems.isEmpty { throw FieldProblems(problems: problems) }
    return answers
  }
}

extension Question {
  fileprivate func fault(of text: String) -> String? {
    switch kind {
    case .text:
      let most = LinkSettings.Limit.answerCharacters.upperBound
      return text.unicodeScalars.count > most ? "must have at most \(most) characters" : nil
    case .choice(let choices):
      return choices.contains(text) ? nil : "must be one of the question's choices"
    }
  }
}

extension FieldProblem {
  fileprivate static func answer(_ question: String, _ detail: String) -> FieldProblem {
    FieldProblem(
      pointer: JSONPointer.root.appending(key: "answers").appending(key: question), detail: detail)
  }
}
