import Core
import HTTPServer

/// Which page of a collection is asked for: `?limit=` and `?cursor=`.
///
/// A cursor names the last element of the page before: collections are ordered by id, newest first, so that
/// what is added meanwhile shifts no page. Clients are told that it is opaque.
struct PageRequest<Cursor: Sendable>: Sendable {
  let limit: Int
  let cursor: Cursor?

  /// As many as a page, and one that tells whether there are more.
  var fetched: Int { limit + 1 }

  /// Throws `Problem.malformed` for a cursor that `parse` does not know as one of ours.
  init(_ query: QueryReader, _ parse: (String) -> Cursor?) throws {
    limit = query.integer("limit", in: Pages.limits) ?? Pages.usualLimit
    guard let text = query.text("cursor", length: 1...Pages.longestCursor) else {
      cursor = nil
      return
    }
    guard let cursor = parse(text) else {
      throw Problem.malformed("cursor is none that this server gave as nextCursor.")
    }
    self.cursor = cursor
  }

  /// `{"data": […], "nextCursor": …}` of what was fetched.
  func response<Item>(
    _ fetched: [Item], cursor: (Item) -> some CustomStringConvertible,
    _ write: (inout JSONWriter, Item) -> Void
  ) -> Response {
    let page = fetched.prefix(limit)
    var writer = JSONWriter(reservingBytes: 1024 * (page.count + 1))
    writer.object {
      $0.array("data", page, write)
      let next = fetched.count > limit ? page.last.map(cursor)?.description : nil
      $0.field("nextCursor", next)
    }
    return .json(200, writer.bytes)
  }
}

enum Pages {
  /// 200 of the largest things we show are a few hundred kilobytes: what a client reads at once.
  static let limits = 1...200
  static let usualLimit = 50
  static let longestCursor = 100
}

extension Identifier {
  /// Reads a cursor that names an id under `prefix`: base32hex digits, as `init(prefix:at:randomness:)`
  /// writes them.
  init?(cursor: String, prefix: StaticString) {
    let digits = cursor.utf8.dropFirst(prefix.utf8CodeUnitCount + 1)
    guard cursor.hasPrefix("\(prefix)_"), !digits.isEmpty, digits.allSatisfy(\.isBase32hex)
    else { return nil }
    self.init(cursor)
  }
}

extension UInt8 {
  fileprivate var isBase32hex: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "v")).contains(self)
  }
}
