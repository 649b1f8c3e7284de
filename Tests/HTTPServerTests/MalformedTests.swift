import HTTPServer
import TestSupport
import Testing

/// Input that no honest client sends never traps and never reaches a handler in a shape that a proxy
/// would read differently.
@Suite struct MalformedTests {
  private let fixture: ServerFixture

  init() throws {
    fixture = try ServerFixture { request, responder in
      responder.send(
        Response(status: 200, text: "\(request.path) \(request.headers["x-text"] ?? "")"))
    }
  }

  private func status(_ bytes: [UInt8]) throws -> Int {
    let client = try fixture.client()
    try client.send(bytes)
    return try client.response().status
  }

  @Test(arguments: [
    "/%", "/%2", "/%zz", "/%ff", "/%C3", "/%00", "/a%0ab", "/%7f", "/\u{1}", "/?a=%", "/?%ff=1",
    "/?a=%c3%28", "/?a=%00", "relative", "", "//host@%",
  ])
  func targetsThatAreNone(_ target: String) throws {
    #expect(try status(Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) == 400)
  }

  @Test func aTargetWithANul() throws {
    #expect(try status(Array("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) == 400)
    #expect(try status(Array("GET /a?b\0c HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) == 400)
  }

  @Test func aTargetThatIsNotUTF8() throws {
    #expect(
      try status(Array("GET /".utf8) + [0xFF] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) == 400)
  }

  @Test func anAbsoluteTargetIsUnderstood() throws {
    let answer = try fixture.client().request("GET", "http://example.org/path?x=1")
    #expect(answer.text == "/path ")
  }

  @Test func aHeaderThatIsNotUTF8ReadsAsReplacement() throws {
    let client = try fixture.client()
    try client.send(
      Array("GET / HTTP/1.1\r\nHost: a\r\nX-Text: ".utf8) + [0x61, 0xFF]
        + Array("\r\n\r\n".utf8))
    #expect(try client.response().text == "/ a\u{FFFD}")
  }

  @Test(arguments: [
    "Content-Length : 3", "X Y: 1", ": b", ":", ":\r\nContent-Length: 3", "X: a\0b", "X\0Y: a",
    "X: a\n Y: b",
    "X: a\r\n folded", "X: a\nY: b", "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 3", "Content-Length: 3\r\nContent-Length: 3",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Content-Length: 3x",
    "Content-Length: -1",
  ])
  func headersThatHideARequest(_ header: String) throws {
    let request = "POST / HTTP/1.1\r\nHost: a\r\n\(header)\r\n\r\n"
    #expect(try status(Array(request.utf8)) == 400)
  }

  @Test(arguments: ["X:", "X:   ", "X:a", "X:\t a b\tc  ", "X: :", "Cookie: a=1; b=2"])
  func headersThatAreFine(_ header: String) throws {
    for request in [
      "GET /?a=1&b HTTP/1.1\r\nHost: a\r\n\(header)\r\n\r\n",
      "GET / HTTP/1.1\r\n\(header)\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
    ] {
      #expect(try status(Array(request.utf8)) == 200)
    }
  }

  @Test func aMethodThatIsNotKnown() throws {
    let answer = try fixture.client().request("BREW", "/pot")
    #expect(answer.status == 405)
    #expect(answer["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")
    #expect(answer["content-type"] == "application/problem+json")
  }

  @Test func requestsThatTheLibraryRefuses() throws {
    #expect(try status(Array("GET / HTTP/1.1\r\n\r\n".utf8)) == 400)
    #expect(try status(Array("GET /\r\n\r\n".utf8)) == 400)
    let badChunk = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
    #expect(try status(Array(badChunk.utf8)) == 400)
  }

  @Test func garbageIsClosedAndTheServerGoesOn() throws {
    for seed in 0..<50 {
      let client = try fixture.client()
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
      let bytes = (0..<300).map { _ -> UInt8 in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
      }
      try? client.send(bytes + Array("\r\n\r\n".utf8))
    }
    #expect(try fixture.client().request("GET", "/").status == 200)
  }
}
