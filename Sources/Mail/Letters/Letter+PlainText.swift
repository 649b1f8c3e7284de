extension Letter {
  package var plainText: String {
    var blocks = [greeting, ([headline] + remarks).joined(separator: "\n")]
    if !quotation.isEmpty {
      blocks.append(
        quotation.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
          .map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n"))
    }
    if !facts.isEmpty { blocks.append(facts.map(\.plainText).joined(separator: "\n")) }
    if let action { blocks.append("\(action.label):\n\(action.url)") }
    // The mark after which mail programs take the rest for a signature (RFC 3676 section 4.3).
    if !footer.isEmpty { blocks.append("-- \n\(footer)") }
    return blocks.joined(separator: "\n\n") + "\n"
  }
}

extension Letter.Fact {
  fileprivate var plainText: String {
    values.count == 1
      ? "\(label): \(values[0])"
      : "\(label):\n" + values.map { "  \($0)" }.joined(separator: "\n")
  }
}
