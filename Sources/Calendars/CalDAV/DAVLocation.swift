/// An absolute `http` or `https` URL, as far as CalDAV needs one: where to send credentials is decided by
/// its parts.
struct DAVLocation: Hashable, Sendable {
  /// `http` or `https`.
  let scheme: String
  /// Host in lower case, with the port if one is written.
  let authority: String
  /// Path and query, percent-encoded, beginning with a slash.
  let path: String

  var text: String { "\(scheme)://\(authority)\(path)" }

  /// Nil unless it is an absolute URL without userinfo: credentials have a place of their own.
  init?(_ text: String) {
    guard let mark = text.firstRange(of: "://") else { return nil }
    scheme = text[..<mark.lowerBound].lowercased()
    let rest = text[mark.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    authority = rest[..<end].lowercased()
    guard scheme == "http" || scheme == "https", !authority.isEmpty,
      authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") })
    else { return nil }
    path = DAVLocation.encoded(rest[end...])
  }

  private init(scheme: String, authority: String, path: String) {
    self.scheme = scheme
    self.authority = authority
    self.path = path
  }

  /// What a reference found in an answer from here means: an absolute URL, an absolute path, as nearly
  /// all servers send, or a path below this collection (RFC 4918 section 8.3).
  func resolving(_ reference: String) -> DAVLocation? {
    if reference.contains("://") { return DAVLocation(reference) }
    if reference.hasPrefix("//") { return DAVLocation("\(scheme):\(reference)") }
    if reference.hasPrefix("/") { return at(path: reference) }
    guard !reference.isEmpty else { return nil }
    let folder = path.prefix { $0 != "?" }
    return at(path: folder[...(folder.lastIndex(of: "/") ?? folder.startIndex)] + reference)
  }

  /// Another place on the same server.
  func at(path: some StringProtocol) -> DAVLocation {
    DAVLocation(scheme: scheme, authority: authority, path: DAVLocation.encoded(path))
  }

  /// A member of this collection; `name` needs no encoding.
  func member(_ name: String) -> DAVLocation {
    at(path: path.hasSuffix("/") ? path + name : "\(path)/\(name)")
  }

  /// Whether credentials given for `self` may be sent to `other`: the same server, never less protected
  /// than before, or another machine of a provider that is known to spread its accounts.
  func trusts(_ other: DAVLocation) -> Bool {
    if scheme == other.scheme && authority == other.authority { return true }
    guard other.scheme == "https" else { return false }
    if scheme == "http" { return authority.prefix { $0 != ":" } == other.authority }
    return DAVLocation.spreading.contains {
      authority.hasSuffix($0) && other.authority.hasSuffix($0)
    }
  }

  /// `caldav.icloud.com` sends each account to a machine such as `p42-caldav.icloud.com`. Named one by one,
  /// because no rule tells a sibling of that kind from a stranger's name below the same registry.
  private static let spreading = [".icloud.com"]

  /// Percent-encodes what servers forget to: spaces, controls and everything that is not ASCII.
  private static func encoded(_ path: some StringProtocol) -> String {
    var text = path.hasPrefix("/") ? "" : "/"
    for byte in path.utf8.prefix(while: { $0 != UInt8(ascii: "#") }) {
      if byte > 0x20, byte < 0x7F, !"\"<>\\^`{|}".utf8.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
