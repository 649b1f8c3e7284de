import Synchronization

/// Where guests reach the server. With port 0 it is known only once the socket is bound.
final class PublicAddress: Sendable {
  private let address: Mutex<String>

  init(_ text: String) { address = Mutex(text) }

  var text: String { address.withLock { $0 } }

  func set(_ text: String) { address.withLock { $0 = text } }

  /// Its host without scheme and port, as a domain for UIDs.
  static func domain(of url: String) -> String {
    var rest = url[...]
    if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
    if rest.first == "[" {
      return rest.dropFirst().prefix { $0 != "]" }.map { $0 == ":" ? "-" : String($0) }.joined()
    }
    return String(rest.prefix { $0 != ":" && $0 != "/" })
  }
}
