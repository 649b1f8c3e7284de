import CMicroHTTPD
import Glibc

/// The other end of a connection.
package enum RemoteAddress: Hashable, Sendable, CustomStringConvertible {
  case ipv4(UInt32, port: UInt16)
  case ipv6(UInt128, port: UInt16)
  case unknown

  init(_ address: UnsafePointer<sockaddr>?) {
    guard let raw = address.map(UnsafeRawPointer.init) else {
      self = .unknown
      return
    }
    switch Int32(raw.load(as: sockaddr.self).sa_family) {
    case AF_INET:
      let peer = raw.load(as: sockaddr_in.self)
      self = .ipv4(
        UInt32(bigEndian: peer.sin_addr.s_addr), port: UInt16(bigEndian: peer.sin_port))
    case AF_INET6:
      let peer = raw.load(as: sockaddr_in6.self)
      let bits = withUnsafeBytes(of: peer.sin6_addr) { $0.loadUnaligned(as: UInt128.self) }
      self = .ipv6(UInt128(bigEndian: bits), port: UInt16(bigEndian: peer.sin6_port))
    default:
      self = .unknown
    }
  }

  /// The address alone, as RFC 5952 writes it, without the port: what a rate limit counts by.
  package var host: String {
    switch self {
    case .ipv4(let bits, _):
      return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    case .ipv6(let bits, _):
      var address = bits.bigEndian
      return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
        text in
        inet_ntop(AF_INET6, &address, text.baseAddress, socklen_t(text.count))
          .map { String(cString: $0) } ?? "::"
      }
    case .unknown: return "unknown"
    }
  }

  package var description: String {
    switch self {
    case .ipv4(_, let port): "\(host):\(port)"
    case .ipv6(_, let port): "[\(host)]:\(port)"
    case .unknown: "unknown"
    }
  }
}
