/// A request target taken apart (RFC 9112 section 3.2).
struct RequestTarget {
  let path: String
  let query: [Request.QueryItem]

  /// Nil for what is no target: a relative path, bad percent-encoding, text that is not UTF-8, or a
  /// control character, encoded or not. A path that means different things to a proxy and to us is worse
  /// than a 400.
  init?(_ target: UnsafeBufferPointer<UInt8>) {
    var rest = RequestTarget.withoutAuthority(target[...])
    if let fragment = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
    let question = rest.firstIndex(of: UInt8(ascii: "?"))
    let rawPath = rest[..<(question ?? rest.endIndex)]
    let isPath = rawPath.first == UInt8(ascii: "/")
    guard isPath || (rawPath.count == 1 && rawPath.first == UInt8(ascii: "*")),
      let path = percentDecoded(rawPath, controls: .refused)
    else { return nil }
    self.path = path

    guard let question else {
      query = []
      return
    }
    guard let query = formItems(rest[(question + 1)...]) else { return nil }
    self.query = query
  }

  /// A server must understand the absolute form (RFC 9112 section 3.2.2); which host was meant is the
  /// proxy's business.
  private static func withoutAuthority(
    _ target: Slice<UnsafeBufferPointer<UInt8>>
  ) -> Slice<UnsafeBufferPointer<UInt8>> {
    for scheme in ["http://", "https://"] where target.starts(with: scheme.utf8) {
      let afterScheme = target.dropFirst(scheme.utf8.count)
      if let slash = afterScheme.firstIndex(of: UInt8(ascii: "/")) { return afterScheme[slash...] }
    }
    return target
  }
}
