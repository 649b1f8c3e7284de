import HTTPServer

/// The proxies whose word on their clients' addresses counts. Anybody can write `X-Forwarded-For`; only what a
/// trusted proxy has written says more than its peer's address.
package struct TrustedProxies: Sendable {
  private let networks: [IPNetwork]

  package init(_ networks: [IPNetwork]) { self.networks = networks }

  /// The client of a request: its peer, or where that is a trusted proxy, the last in the chain that is none.
  ///
  /// Nil where a trusted proxy, or a program beside it, names no client. Its own address would stand for
  /// everybody behind it, and a limit that all guests share would shut out all of them because of one.
  func client(of request: Request) -> IPAddress? {
    guard let peer = IPAddress(request.remoteAddress) else { return nil }
    guard trusts(peer) else { return peer }
    // From the end: each entry was written by the one after it.
    var client: IPAddress?
    for entry in request.forwardedFor.reversed() {
      // What a trusted proxy could not name is nobody's address; what stands before it was written by a stranger.
      guard let address = IPAddress(entry) else { return client }
      client = address
      if !trusts(address) { break }
    }
    return client
  }

  private func trusts(_ address: IPAddress) -> Bool {
    networks.contains { $0.contains(address) }
  }
}

extension Request {
  /// The chain of addresses that proxies have written, the client first. `X-Forwarded-For` goes before
  /// `Forwarded` (RFC 7239): a proxy that writes one of them passes the other on as it came, and nearly all
  /// write this one.
  fileprivate var forwardedFor: [Substring] {
    let written = headers.values("x-forwarded-for")
    if !written.isEmpty {
      return written.flatMap { $0.split(separator: ",") }.map { Request.address(in: trimmed($0)) }
    }
    return headers.values("forwarded").flatMap { $0.split(separator: ",") }.map { element in
      let pairs = element.split(separator: ";").map { trimmed($0) }
      let node = pairs.first { $0.lowercased().hasPrefix("for=") }?.dropFirst(4) ?? ""
      return Request.address(in: node.filter { $0 != "\"" }[...])
    }
  }

  /// Without the port, and without the brackets of IPv6.
  private static func address(in node: Substring) -> Substring {
    if node.first == "[" { return node.dropFirst().prefix { $0 != "]" } }
    let parts = node.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? parts[0] : node
  }
}

private func trimmed(_ text: Substring) -> Substring {
  var text = text
  while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
  while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
  return text
}
