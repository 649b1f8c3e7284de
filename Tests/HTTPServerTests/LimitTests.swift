import Core
import HTTPServer
import TestSupport
import Testing

/// What is too much is refused with a reason, and the server goes on.
@Suite struct LimitTests {
  private func echo(
    _ configure: (inout HTTPServer.Configuration) -> Void = { _ in }
  ) throws -> ServerFixture {
    try ServerFixture(configure: configure) { request, responder in
      responder.send(Response(status: 200, text: "\(request.body.count)"))
    }
  }

  @Test func aBodyAtTheLimitIsTakenAndOneByteMoreIsNot() throws {
    let fixture = try echo { $0.bodyLimit = 100_000 }
    let client = try fixture.client()
    let body = [UInt8](repeating: 65, count: 100_000)
    #expect(try client.request("POST", "/", body: body).text == "100000")
    let refused = try client.request("POST", "/", body: body + [65])
    #expect(refused.status == 413)
    #expect(refused["content-type"] == "application/problem+json")
    #expect(refused.text.contains("/problems/too-large"))
    #expect(try client.request("POST", "/", body: body).text == "100000")
  }

  @Test func aBodyFarOverTheLimitIsNotRead() throws {
    let fixture = try echo()
    let client = try fixture.client()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n")
    #expect(try client.response().status == 413)
    #expect(client.isClosedByPeer())
  }

  @Test func aMegabyteOverASmallLimitStillGetsItsAnswer() throws {
    let fixture = try echo { $0.bodyLimit = 1000 }
    let body = [UInt8](repeating: 65, count: 1 << 20)
    #expect(try fixture.client().request("POST", "/", body: body).status == 413)
  }

  @Test func aClientThatAsksFirstIsRefusedFirst() throws {
    let fixture = try echo { $0.bodyLimit = 10 }
    let client = try fixture.client()
    try client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
    #expect(try client.head().status == 413)
  }

  @Test func aChunkedBodyObeysTheLimit() throws {
    let fixture = try echo { $0.bodyLimit = 10 }
    let client = try fixture.client()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    try client.send("8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n")
    #expect(try client.response().status == 413)
    #expect(try client.request("GET", "/").status == 200)
  }

  @Test func aChunkedBodyWithoutEndIsCutOff() throws {
    let fixture = try echo { $0.bodyLimit = 10 }
    let client = try fixture.client()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 65, count: 65536) + [13, 10]
    var sent = 0
    while sent < 4096, (try? client.send(chunk)) != nil { sent += 1 }
    #expect(sent < 4096)
  }

  @Test func aTargetOfTenKilobytesIsTooLong() throws {
    let fixture = try echo()
    let client = try fixture.client()
    let refused = try client.request("GET", "/" + String(repeating: "a", count: 10_000))
    #expect(refused.status == 414)
    #expect(refused["content-type"] == "application/problem+json")
    #expect(try client.request("GET", "/" + String(repeating: "a", count: 8000)).status == 200)
  }

  @Test func headersOverTheLimitAreTooLarge() throws {
    let fixture = try echo()
    let refused = try fixture.client().request(
      "GET", "/", headers: [("X-Long", String(repeating: "a", count: 17_000))])
    #expect(refused.status == 431)
    #expect(refused["content-type"] == "application/problem+json")
    let fits = try fixture.client().request(
      "GET", "/", headers: [("Cookie", "a=" + String(repeating: "a", count: 15_000))])
    #expect(fits.status == 200)
  }

  @Test func aHeaderOfAMegabyteIsCutOff() throws {
    let fixture = try echo()
    let client = try fixture.client()
    // The server stops reading long before the end, so sending may fail.
    try? client.send(
      "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + String(repeating: "a", count: 1 << 20) + "\r\n\r\n")
    #expect(try client.head().status == 431)
    #expect(try fixture.client().request("GET", "/").status == 200)
  }

  @Test func tooManyHeadersAreRefused() throws {
    let fixture = try echo { $0.headerCountLimit = 20 }
    let few = (0..<19).map { ("X-\($0)", "1") }
    #expect(try fixture.client().request("GET", "/", headers: few).status == 200)
    let many = (0..<20).map { ("X-\($0)", "1") }
    #expect(try fixture.client().request("GET", "/", headers: many).status == 431)
  }

  @Test func halfARequestThenSilenceEnds() throws {
    let fixture = try echo { $0.idleTimeout = .seconds(1) }
    let inHeaders = try fixture.client()
    try inHeaders.send("GET / HTTP/1.1\r\nHos")
    let inBody = try fixture.client()
    try inBody.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
    let betweenRequests = try fixture.client()
    #expect(try betweenRequests.request("GET", "/").status == 200)
    #expect(inHeaders.isClosedByPeer())
    #expect(inBody.isClosedByPeer())
    #expect(betweenRequests.isClosedByPeer())
  }

  @Test func aRequestThatDripsInEnds() throws {
    let time = HandTurnedTime()
    let waiting = Mailbox<Responder>()
    let fixture = try ServerFixture(time: time, configure: { $0.requestTimeout = .seconds(60) }) {
      request, responder in
      if request.path == "/slow-answer" {
        waiting.put(responder)
      } else {
        responder.send(Response(status: 200))
      }
    }
    let inHeaders = try fixture.client()
    try inHeaders.send("GET / HTTP/1.1\r\nHos")
    let inBody = try fixture.client()
    try inBody.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12")
    let answeredLate = try fixture.client()
    try answeredLate.send("GET /slow-answer HTTP/1.1\r\nHost: a\r\n\r\n")
    let responder = try #require(waiting.take())

    time.advance(.seconds(59))
    // Not silent, so that no idle timeout counts.
    try inHeaders.send("t: a\r\n")
    try inBody.send("345")
    let other = try fixture.client()
    #expect(try other.request("GET", "/").status == 200)
    time.advance(.seconds(2))
    #expect(inHeaders.isClosedByPeer())
    #expect(inBody.isClosedByPeer())
    #expect(try other.request("GET", "/").status == 200)
    // An answer may take as long as it likes.
    responder.send(Response(status: 200))
    #expect(try answeredLate.response().status == 200)
  }

  @Test("a client that has closed its side in the middle of a request is not waited for")
  func halfClosed() throws {
    let fixture = try echo { _ in }
    let clients = try [
      "", "GET / HT", String(repeating: "\0", count: 5000),
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12",
    ].map { text in
      let client = try fixture.client()
      try client.sendLast(text)
      return client
    }
    for client in clients { #expect(client.isClosedByPeer()) }
    let whole = try fixture.client()
    try whole.sendLast("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try whole.response().status == 200)
  }

  @Test func oneConnectionTooManyIsToldSo() throws {
    let fixture = try echo { $0.maximumConnections = 2 }
    let first = try fixture.client()
    let second = try fixture.client()
    #expect(try first.request("GET", "/").status == 200)
    #expect(try second.request("GET", "/").status == 200)
    let third = try fixture.client()
    let refused = try third.response()
    #expect(refused.status == 503)
    #expect(refused["retry-after"] == "1")
    #expect(fixture.logs("http.full connections=2"))

    first.close()
    // The server learns of the close in its own time: ask until it has.
    let freed = (0..<10_000).contains { _ in
      (try? fixture.client().request("GET", "/").status) == 200
    }
    #expect(freed)
  }
}
