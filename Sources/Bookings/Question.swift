/// What a host asks of everybody who books.
package struct Question: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    case text
    /// One of these, as written.
    case choice([String])
  }

  /// Names the answer in requests; of `a` to `z`, digits, `-` and `_`.
  package var id: String
  package var label: String
  package var kind: Kind
  package var isRequired: Bool

  package init(id: String, label: String, kind: Kind = .text, isRequired: Bool = false) {
    self.id = id
    self.label = label
    self.kind = kind
    self.isRequired = isRequired
  }
}

/// What a guest has answered, with the question as it was put then: a later change of the link does not
/// make an answer into one to something else.
package struct Answer: Equatable, Sendable {
  package let question: String
  package let label: String
  package let text: String

  package init(question: String, label: String, text: String) {
    self.question = question
    self.label = label
    self.text = text
  }
}
