/// An object's members in the order in which they were written, each key once. Lookup is linear:
/// the objects that we read have a dozen members.
package struct JSONObject: Equatable, Sendable {
  package private(set) var members: [(key: String, value: JSON)]

  package init() { members = [] }

  /// Keys must differ; the parser sees to it for text from outside.
  package init(_ members: [(String, JSON)]) {
    self.members = members.map { (key: $0.0, value: $0.1) }
    invariant(Set(members.map(\.0)).count == members.count, "an object's keys differ")
  }

  /// Trusts the caller that the keys differ.
  init(distinct members: [(key: String, value: JSON)]) { self.members = members }

  package subscript(key: String) -> JSON? {
    get { members.first { $0.key == key }?.value }
    set {
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  package var keys: [String] { members.map(\.key) }
  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }

  /// Order counts: two texts that serialize differently are not equal.
  package static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.elementsEqual(b.members) { $0.key == $1.key && $0.value == $1.value }
  }
}
