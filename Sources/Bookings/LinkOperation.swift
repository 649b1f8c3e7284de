/// What an agent, or the host on the command line, does to a link, as it is recorded.
package struct LinkOperation: Sendable, Equatable {
  package enum Verb: String, Sendable, CaseIterable {
    case create, update, pause, resume, delete, reopen
  }

  package let verb: Verb
  /// Who did it: an API key's id, or `commandLine`.
  package let by: String

  package init(_ verb: Verb, by: String) {
    self.verb = verb
    self.by = by
  }
}
