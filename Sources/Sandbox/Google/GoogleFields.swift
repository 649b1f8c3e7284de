import Core

/// The parameter `fields`, with which a client asks for a part of an answer: `etag,items(id,start/date)`.
struct GoogleFields {
  /// Nil where everything below a name is meant.
  private indirect enum Tree {
    case all
    case some([String: Tree])
  }

  private let tree: Tree

  init(_ text: String) throws(Refusal) {
    var letters = Array(text)[...]
    tree = .some(try GoogleFields.list(&letters))
    guard letters.isEmpty else { throw GoogleFields.invalid(text) }
  }

  func part(of json: JSON) -> JSON { GoogleFields.part(of: json, tree) }

  private static func part(of json: JSON, _ tree: Tree) -> JSON {
    guard case .some(let names) = tree else { return json }
    switch json {
    case .array(let items): return .array(items.map { part(of: $0, tree) })
    case .object(let object):
      return .object(
        JSONObject(
          object.members.compactMap { member in
            (names[member.key] ?? names["*"]).map { (member.key, part(of: member.value, $0)) }
          }))
    default: return json
    }
  }

  /// `a,b/c,d(e,f)`.
  private static func list(_ letters: inout ArraySlice<Character>) throws(Refusal) -> [String: Tree]
  {
    var found: [String: Tree] = [:]
    repeat {
      let (name, tree) = try entry(&letters)
      found[name] = merged(found[name], tree)
    } while take(",", &letters)
    return found
  }

  private static func entry(
    _ letters: inout ArraySlice<Character>
  ) throws(Refusal) -> (String, Tree) {
    let name = String(letters.prefix { $0.isLetter || $0.isNumber || $0 == "*" })
    guard !name.isEmpty else { throw invalid(String(letters)) }
    letters = letters.dropFirst(name.count)
    if take("/", &letters) {
      let (below, tree) = try entry(&letters)
      return (name, .some([below: tree]))
    }
    guard take("(", &letters) else { return (name, .all) }
    let below = try list(&letters)
    guard take(")", &letters) else { throw invalid(String(letters)) }
    return (name, .some(below))
  }

  private static func merged(_ one: Tree?, _ other: Tree) -> Tree {
    guard let one else { return other }
    guard case .some(let first) = one, case .some(let second) = other else { return .all }
    return .some(first.merging(second) { merged($0, $1) })
  }

  private static func take(_ letter: Character, _ letters: inout ArraySlice<Character>) -> Bool {
    guard letters.first == letter else { return false }
    letters.removeFirst()
    return true
  }

  private static func invalid(_ text: String) -> Refusal {
    .google(
      400, "invalidParameter", "Invalid field selection \(text)",
      location: ("parameter", "fields"))
  }
}
