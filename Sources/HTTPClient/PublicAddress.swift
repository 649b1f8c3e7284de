import Foundation

/// Whether an address is one of the public internet: what anybody may be reached at, and not this machine,
/// its network or a cloud's own services. By the IANA registries of special-purpose addresses (RFC 6890) of
/// IPv4 and IPv6; what is not known to be public is not.
func isPublicAddress(_ address: UnsafePointer<sockaddr>) -> Bool {
  switch Int32(address.pointee.sa_family) {
  case AF_INET:
    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      isPublicIPv4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
    }
  case AF_INET6:
    return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
      withUnsafeBytes(of: $0.pointee.sin6_addr) { isPublicIPv6(Array($0)) }
    }
  default: return false
  }
}

/// Whether no address that the URL's host has for us is private. A name that means nothing here may still
/// mean something to a proxy.
func isPublicHost(ofURL url: String) -> Bool {
  guard let host = URLComponents(string: url)?.host else { return false }
  let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
  var found: UnsafeMutablePointer<addrinfo>?
  guard getaddrinfo(bare, nil, nil, &found) == 0 else { return true }
  defer { freeaddrinfo(found) }
  var next = found
  while let entry = next {
    if let address = entry.pointee.ai_addr, !isPublicAddress(address) { return false }
    next = entry.pointee.ai_next
  }
  return true
}

func isPublicIPv4(_ address: UInt32) -> Bool {
  !specialIPv4.contains { address >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
}

/// 16 bytes.
func isPublicIPv6(_ bytes: [UInt8]) -> Bool {
  func ipv4(at index: Int) -> UInt32 {
    bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
  // Addresses that stand for an IPv4 one are as public as that: mapped (RFC 4291), translated (RFC 6052)
  // and 6to4 (RFC 3056).
  if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) {
    return isPublicIPv4(ipv4(at: 12))
  }
  if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
    return isPublicIPv4(ipv4(at: 12))
  }
  if bytes.starts(with: [0x20, 0x02]) { return isPublicIPv4(ipv4(at: 2)) }
  // Global unicast is 2000::/3; within it 2001::/23 is for protocols, Teredo's tunnels among them, and
  // 2001:db8::/32 and 3fff::/20 are for documents.
  guard bytes[0] >> 5 == 1 else { return false }
  if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] < 2 { return false }
  if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) { return false }
  return !(bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] < 0x10)
}

private let specialIPv4: [(prefix: UInt32, length: UInt32)] = [
  (0x0000_0000, 8),  // this network
  (0x0A00_0000, 8),  // private
  (0x6440_0000, 10),  // shared by carriers
  (0x7F00_0000, 8),  // loopback
  (0xA9FE_0000, 16),  // link-local, where clouds keep their machines' credentials
  (0xAC10_0000, 12),  // private
  (0xC000_0000, 24),  // protocols
  (0xC000_0200, 24),  // documents
  (0xC058_6300, 24),  // 6to4 relays
  (0xC0A8_0000, 16),  // private
  (0xC612_0000, 15),  // benchmarks
  (0xC633_6400, 24),  // documents
  (0xCB00_7100, 24),  // documents
  (0xE000_0000, 4),  // multicast
  (0xF000_0000, 4),  // reserved, and broadcast
]
