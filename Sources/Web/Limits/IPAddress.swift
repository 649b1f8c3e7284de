import Foundation
import HTTPServer

/// An internet address. IPv4 is kept as IPv6 maps it (RFC 4291 section 2.5.5.2), so that a guest who comes by
/// either way is the same guest.
package struct IPAddress: Hashable, Sendable {
  package let bits: UInt128

  private static let mapped = UInt128(0xFFFF) << 32
  var isIPv4: Bool { bits >> 32 == 0xFFFF }

  private init(bits: UInt128) { self.bits = bits }
  private init(ipv4: UInt32) { self.init(bits: IPAddress.mapped | UInt128(ipv4)) }

  /// Nil for a peer that is none, such as a local socket.
  init?(_ peer: RemoteAddress) {
    switch peer {
    case .ipv4(let bits, _): self.init(ipv4: bits)
    case .ipv6(let bits, _): self.init(bits: bits)
    case .unknown: return nil
    }
  }

  /// A numeric address, without brackets, port or zone.
  package init?(_ text: some StringProtocol) {
    var four = in_addr()
    if inet_pton(AF_INET, String(text), &four) == 1 {
      self.init(ipv4: UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
    self.init(
      bits: withUnsafeBytes(of: six) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) })
  }

  /// Whom a limit counts: an IPv4 address, or the network of 64 bits that an IPv6 line is given as a whole
  /// (RFC 6177), out of which its owner may take a new address for every request.
  var network: String {
    let significant = isIPv4 ? bits : (bits >> 64) << 64
    return String(significant, radix: 16)
  }
}

/// A range of addresses, as `10.0.0.0/8` or one address alone.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
  /// As it was written.
  package let description: String
  private let first: UInt128
  private let length: Int

  /// Nil where the text is no network; bits behind the prefix's length do not matter.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(parts[0]) else { return nil }
    let longest = address.isIPv4 ? 32 : 128
    guard let given = parts.count == 1 ? longest : Int(parts[1]), (0...longest).contains(given)
    else { return nil }
    description = String(text)
    length = given + 128 - longest
    first = address.bits & IPNetwork.mask(length)
  }

  func contains(_ address: IPAddress) -> Bool {
    address.bits & IPNetwork.mask(length) == first
  }

  private static func mask(_ length: Int) -> UInt128 {
    length == 0 ? 0 : UInt128.max << UInt128(128 - length)
  }
}
