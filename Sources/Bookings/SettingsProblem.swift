/// What is wrong with one field of a link's settings.
package struct SettingsProblem: Equatable, Sendable {
  /// A JSON pointer into the link as the interface shows it, such as `#/weekly/0/to`.
  package let pointer: String
  /// A sentence for the one who sent it.
  package let detail: String
}
