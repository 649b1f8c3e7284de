import HTTPServer
import Testing

@testable import Web

/// Whose request it is, by who says so.
@Suite struct TrustedProxiesTests {
  private let proxies = TrustedProxies(
    ["10.0.0.0/8", "::1", "2001:db8::/32"].compactMap { IPNetwork($0) })

  private func client(
    _ peer: RemoteAddress, _ headers: KeyValuePairs<String, String> = [:]
  ) -> IPAddress? {
    var request = Request(remoteAddress: peer)
    request.headers = RequestHeaders(fields: headers.map { ($0.key, $0.value) })
    return proxies.client(of: request)
  }

  private let stranger = RemoteAddress.ipv4(0xCB00_7107, port: 4711)
  private let proxy = RemoteAddress.ipv4(0x0A00_0001, port: 80)

  @Test func aStrangersWordCountsForNothing() {
    #expect(client(stranger) == IPAddress("203.0.113.7"))
    #expect(client(stranger, ["X-Forwarded-For": "198.51.100.1"]) == IPAddress("203.0.113.7"))
    #expect(client(stranger, ["Forwarded": "for=198.51.100.1"]) == IPAddress("203.0.113.7"))
  }

  @Test(arguments: [
    ("198.51.100.1", "198.51.100.1"),
    // What stands before the first stranger, from the end, was written by that stranger.
    ("192.0.2.99, 198.51.100.1", "198.51.100.1"),
    ("192.0.2.99, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
    ("198.51.100.1:5000", "198.51.100.1"), ("[2001:db9::7]:443", "2001:db9::7"),
    ("2001:db9::7", "2001:db9::7"), ("10.1.1.1", "10.1.1.1"),
    ("::ffff:198.51.100.1", "198.51.100.1"),
  ])
  func aTrustedProxyIsBelieved(chain: String, address: String) {
    #expect(client(proxy, ["X-Forwarded-For": chain]) == IPAddress(address))
  }

  @Test func severalHeadersAreOneChain() {
    let headers: KeyValuePairs = [
      "X-Forwarded-For": "192.0.2.99", "x-forwarded-for": "198.51.100.1, 10.2.2.2",
    ]
    #expect(client(proxy, headers) == IPAddress("198.51.100.1"))
  }

  @Test(arguments: [
    ("for=198.51.100.1", "198.51.100.1"),
    (#"for="[2001:db9::7]:4711";proto=https;by=10.0.0.1"#, "2001:db9::7"),
    ("proto=https; For=198.51.100.1", "198.51.100.1"),
    ("for=192.0.2.99, for=198.51.100.1", "198.51.100.1"),
  ])
  func forwardedIsReadToo(header: String, address: String) {
    #expect(client(proxy, ["Forwarded": header]) == IPAddress(address))
  }

  @Test func ofTheTwoTheOneThatNearlyAllProxiesWriteCounts() {
    let headers: KeyValuePairs = [
      "Forwarded": "for=192.0.2.99", "X-Forwarded-For": "198.51.100.1",
    ]
    #expect(client(proxy, headers) == IPAddress("198.51.100.1"))
  }

  @Test func aProxyThatNamesNobodyStandsForEverybody() {
    #expect(client(proxy) == nil)
    for chain in ["unknown", "_hidden", "", "192.0.2.99, unknown"] {
      #expect(client(proxy, ["X-Forwarded-For": chain]) == nil, "\(chain)")
    }
    #expect(client(.unknown) == nil)
  }

  @Test func anIPv6LineIsOneClientAndAnIPv4AddressIsTheSameEitherWay() {
    #expect(IPAddress("2001:db8:1:2::1")?.network == IPAddress("2001:db8:1:2:ffff::9")?.network)
    #expect(IPAddress("2001:db8:1:2::1")?.network != IPAddress("2001:db8:1:3::1")?.network)
    #expect(IPAddress("192.0.2.1")?.network != IPAddress("192.0.2.2")?.network)
    #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
  }

  @Test(arguments: ["10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.0/-1", "10.0.0.0/", "", "a/8"])
  func noNetwork(text: String) { #expect(IPNetwork(text) == nil) }

  @Test func aNetworkHoldsItsOwn() throws {
    let everything = try #require(IPNetwork("::/0"))
    let small = try #require(IPNetwork("192.0.2.77/30"))
    let one = try #require(IPAddress("192.0.2.76"))
    #expect(everything.contains(one))
    #expect(small.contains(one))
    #expect(!small.contains(try #require(IPAddress("192.0.2.80"))))
    #expect(try #require(IPNetwork("0.0.0.0/0")).contains(one))
    #expect(!(try #require(IPNetwork("0.0.0.0/0"))).contains(try #require(IPAddress("::1"))))
  }
}
