import Foundation

extension DAVLocation {
  /// A member of this collection that an answer names, spelled as `member` spells it: servers write some
  /// letters of a path now as they are and now percent-encoded. Nil for the collection itself.
  func member(href: String) -> DAVLocation? {
    guard let place = resolving(href) else { return nil }
    let own = path.hasSuffix("/") ? path : "\(path)/"
    if DAVLocation.isSame(place.path.hasSuffix("/") ? place.path : "\(place.path)/", own) {
      return nil
    }
    guard let slash = place.path.lastIndex(of: "/") else { return place }
    let name = place.path[place.path.index(after: slash)...]
    guard place.scheme == scheme, place.authority == authority, !name.isEmpty,
      DAVLocation.isSame(String(place.path[...slash]), own)
    else { return place }
    return member(String(name))
  }

  /// What follows the last slash.
  var name: String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  private static func isSame(_ path: String, _ other: String) -> Bool {
    path == other || (path.removingPercentEncoding ?? path) == other.removingPercentEncoding
  }
}
