/// One thing wrong with one field, as the `errors` of a problem document list them (RFC 9457
/// section 3).
package struct FieldProblem: Equatable, Sendable, CustomStringConvertible {
  package let pointer: JSONPointer
  /// Follows the field's name: "is required", "must be a string, is a number". Never holds text
  /// that was sent: it may be a secret.
  package let detail: String

  package init(pointer: JSONPointer, detail: String) {
    self.pointer = pointer
    self.detail = detail
  }

  package var description: String { "\(pointer) \(detail)" }
}

/// Everything that was wrong with a document, in the order of reading; never empty.
package struct FieldProblems: Error, Equatable, Sendable {
  package let problems: [FieldProblem]

  package init(problems: [FieldProblem]) { self.problems = problems }
}
