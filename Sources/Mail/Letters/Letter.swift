/// What a mail says, as values: the same for plain text and for HTML, in whatever language it was
/// worded. Each says everything that matters by itself.
package struct Letter: Equatable, Sendable {
  package struct Fact: Equatable, Sendable {
    package let label: String
    /// Usually one; several stand below each other.
    package let values: [String]
  }

  package struct Action: Equatable, Sendable {
    package let label: String
    package let url: String
  }

  package let subject: String
  package let greeting: String
  /// The news, in one sentence.
  package let headline: String
  /// Sentences that follow it.
  package let remarks: [String]
  /// Somebody's own words, which stand apart from ours; may be empty.
  package let quotation: String
  /// Those with anything to say.
  package let facts: [Fact]
  /// What the reader can do now, and where.
  package let action: Action?
  /// Small print.
  package let footer: String

  init(
    subject: String, greeting: String, headline: String, remarks: [String] = [],
    quotation: String = "", facts: [(label: String, values: [String])] = [],
    action: (label: String, url: String)? = nil, footer: String = ""
  ) {
    self.subject = MailHeader.cleaned(subject)
    self.greeting = MailHeader.cleaned(greeting)
    self.headline = MailHeader.cleaned(headline)
    self.remarks = remarks.filter { !$0.isEmpty }
    self.quotation = quotation
    self.facts = facts.map { fact in
      Fact(label: fact.label, values: fact.values.filter { !$0.isEmpty })
    }.filter { !$0.values.isEmpty }
    self.action = action.map { Action(label: $0.label, url: $0.url) }
    self.footer = footer
  }
}
