extension HTTPRequest {
  /// Refuses what would make a different request than the one meant: line breaks in a header, a URL
  /// with credentials that would end up in somebody's log.
  func validate() throws(HTTPClientError) {
    guard !method.isEmpty, method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      throw .invalidRequest("method")
    }
    guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !origin.contains("@") else {
      throw .invalidRequest("url")
    }
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https", origin.count > scheme.count + 3 else {
      throw .invalidRequest("url")
    }
    for header in headers where !HTTPRequest.isField(header.name, header.value) {
      throw .invalidRequest("header")
    }
    if let authorization, !HTTPRequest.isField("Authorization", authorization.reveal()) {
      throw .invalidRequest("authorization")
    }
  }

  /// Scheme and authority: what a connection belongs to.
  var origin: Substring {
    let utf8 = url.utf8
    guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return url[...] }
    let authority = utf8[colon...].drop { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
    let end = authority.firstIndex { "/?#".utf8.contains($0) } ?? utf8.endIndex
    return url[..<end]
  }

  private static func isField(_ name: String, _ value: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
      && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
  }
}
