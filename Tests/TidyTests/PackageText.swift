/// Reads the rooms from `Package.swift` as text: what is declared is compared with the table of rooms.
enum PackageText {
  /// Name → rooms and libraries that it uses, of every `room(…)` and of the executable.
  static func rooms(in text: String) -> [String: Set<String>] {
    var rooms: [String: Set<String>] = [:]
    for declaration in declarations(in: text) {
      let names = quoted(in: declaration)
      if let name = names.first { rooms[name] = Set(names.dropFirst()) }
    }
    return rooms
  }

  private static func declarations(in text: String) -> [Substring] {
    let body = text.split(separator: "let package = Package(").last ?? ""
    let openings = body.ranges(of: "room(") + body.ranges(of: ".executableTarget(")
    return openings.compactMap { opening in
      guard let end = closing(of: body[opening.upperBound...]) else { return nil }
      let declaration = body[opening.upperBound..<end]
      // A benchmark is an executable as well, and no room of the house.
      return declaration.contains("Tests/") ? nil : declaration
    }
  }

  /// Where the parenthesis closes that was opened just before `text`.
  private static func closing(of text: Substring) -> Substring.Index? {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  private static func quoted(in text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }
}
