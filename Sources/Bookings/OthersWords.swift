extension String {
  /// A guest's words as others may be sent them: in a mail, or in an event that a provider mails to everybody
  /// in it.
  ///
  /// Whoever books may write any name, any notes and anybody's address. So that nobody can make us carry a link
  /// to strangers under a host's name, what mail and calendar programs turn into one is taken out: addresses
  /// with a scheme, or that begin with `www.`, as a whole; what only looks like a host is pulled apart at its
  /// dots, which leaves `Dr.Smith` readable. So are the brackets of markup, since some calendars show an
  /// event's text as HTML. The host reads the words as they were written.
  package var forOthers: String {
    var words = ""
    var word: [Character] = []
    for character in self {
      if character.isWhitespace {
        words += String.harmless(word)
        words.append(character)
        word = []
      } else {
        word.append(character)
      }
    }
    return words + String.harmless(word)
  }

  /// Without any white space in it.
  private static func harmless(_ word: [Character]) -> String {
    let text = String(word)
    if text.isAddress { return "[link removed]" }
    var harmless = ""
    for (index, character) in word.enumerated() {
      switch character {
      case "<": harmless.append("‹")
      case ">": harmless.append("›")
      // The dots of other scripts count as dots in a host's name (UTS 46).
      case ".", "。", "．", "｡":
        harmless.append(character)
        let isWithin = index > 0 && word[index - 1].isLetterOrNumber
        if isWithin, index + 1 < word.count, word[index + 1].isLetter { harmless.append(" ") }
      default: harmless.append(character)
      }
    }
    return harmless
  }

  private var isAddress: Bool {
    let text = lowercased()
    return text.contains("://") || text.contains("www.")
      || ["mailto:", "javascript:", "data:"].contains { text.contains($0) }
  }
}

extension Character {
  fileprivate var isLetterOrNumber: Bool { isLetter || isNumber }
}
