import Core
import Foundation
import TestSupport
import Testing

@testable import HTTPClient

/// What strangers type must not lead to where only we can go.
@Suite struct PublicAddressTests {
  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.251", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fc00::1",
    "fd12:3456::1", "ff02::1", "fec0::1", "64:ff9b::a00:1", "2002:7f00:1::1", "2002:c0a8:101::",
    "2001::1", "2001:db8::1", "100::1", "3fff::1",
  ])
  func refuses(address: String) throws {
    #expect(try !isPublic(address))
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.1", "192.167.1.1",
    "192.169.0.1", "198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700::1111",
    "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "3fff:1000::1",
  ])
  func takes(address: String) throws {
    #expect(try isPublic(address))
  }

  private struct NoAddress: Error {}

  private func isPublic(_ text: String) throws -> Bool {
    var four = sockaddr_in()
    if inet_pton(AF_INET, text, &four.sin_addr) == 1 {
      four.sin_family = sa_family_t(AF_INET)
      return withUnsafePointer(to: &four) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1, isPublicAddress)
      }
    }
    var six = sockaddr_in6()
    guard inet_pton(AF_INET6, text, &six.sin6_addr) == 1 else { throw NoAddress() }
    six.sin6_family = sa_family_t(AF_INET6)
    return withUnsafePointer(to: &six) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1, isPublicAddress)
    }
  }

  /// Names and every spelling of an address end in the same look at what is connected to.
  @Test(arguments: [
    "127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0", "[::1]",
    "[::ffff:127.0.0.1]",
  ])
  func neverConnectsToThisMachine(host: String) throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    var options = HTTPClientOptions()
    options.refusesPrivateAddresses = true
    let request = HTTPRequest("GET", "http://\(host):\(server.port)/")
    #expect(throws: HTTPClientError.self) {
      try HTTPClient(options).send(request, deadline: .seconds(5))
    }
    #expect(server.requests.isEmpty)
  }

  @Test("behind a proxy, what the host means to us decides, and the proxy may be anywhere")
  func behindAProxy() throws {
    let proxy = try RawHTTPServer { _ in [.answer(200, "from the proxy")] }
    defer { proxy.stop() }
    var options = HTTPClientOptions()
    options.refusesPrivateAddresses = true
    options.proxy = Redacted(proxy.url)
    let client = HTTPClient(options)
    for host in ["localhost", "127.0.0.1", "127.1", "2130706433", "10.0.0.1", "[::1]"] {
      #expect(throws: HTTPClientError.privateAddress, "\(host)") {
        try client.send(HTTPRequest("GET", "http://\(host)/"), deadline: .seconds(5))
      }
    }
    #expect(proxy.requests.isEmpty)
    let answer = try client.send(HTTPRequest("GET", "http://8.8.8.8/"), deadline: .seconds(5))
    #expect(answer.status == 200)
    #expect(proxy.requests.count == 1)
  }

  @Test func saysWhy() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    var options = HTTPClientOptions()
    options.refusesPrivateAddresses = true
    #expect(throws: HTTPClientError.privateAddress) {
      try HTTPClient(options).send(HTTPRequest("GET", server.url), deadline: .seconds(5))
    }
    #expect(
      try HTTPClient().send(HTTPRequest("GET", server.url), deadline: .seconds(5)).status == 200)
  }
}
