import HTTPServer
import TestSupport
import Testing

/// What every handler relies on.
@Suite struct BasicsTests {
  @Test func aRequestArrivesWholeAndIsAnswered() throws {
    let fixture = try ServerFixture { request, responder in
      let shown = [
        "\(request.method)", request.path, "\(request.query.map { "\($0.name)=\($0.value)" })",
        request.headers["x-one"] ?? "none", request.headers["X-ONE"] ?? "none",
        request.cookie("b") ?? "none", String(decoding: request.body, as: UTF8.self),
        request.remoteAddress.host,
      ]
      responder.send(
        Response(
          status: 201, headers: [("X-Answer", "yes")], text: shown.joined(separator: "|")))
    }
    let answer = try fixture.client().request(
      "POST", "/a%20b/%C3%BC?x=1&y=a+b%26c&z", headers: [("X-One", "1"), ("Cookie", "a=1; b=2")],
      body: Array("hello".utf8))
    #expect(answer.status == 201)
    #expect(answer["x-answer"] == "yes")
    #expect(answer["date"] != nil)
    #expect(answer.text == #"POST|/a b/ü|["x=1", "y=a b&c", "z="]|1|1|2|hello|127.0.0.1"#)
  }

  @Test func aConnectionServesManyRequests() throws {
    let fixture = try ServerFixture { request, responder in
      responder.send(Response(status: 200, text: request.path))
    }
    let client = try fixture.client()
    for number in 0..<100 {
      #expect(try client.request("GET", "/\(number)").text == "/\(number)")
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() throws {
    let fixture = try ServerFixture { request, responder in
      responder.send(Response(status: 200, text: request.path))
    }
    let client = try fixture.client()
    let requests = (0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
    try client.send(requests.joined())
    for number in 0..<20 { #expect(try client.response().text == "/\(number)") }
  }

  @Test func headIsAnsweredLikeGetWithoutABody() throws {
    let fixture = try ServerFixture { request, responder in
      responder.send(Response(status: 200, text: "\(request.method) body"))
    }
    let client = try fixture.client()
    let answer = try client.request("HEAD", "/")
    #expect(answer.status == 200)
    #expect(answer["content-length"] == "8")
    #expect(try client.request("GET", "/").text == "GET body")
  }

  @Test func chunkedBodiesArrive() throws {
    let fixture = try ServerFixture { request, responder in
      responder.send(Response(status: 200, body: request.body))
    }
    let client = try fixture.client()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    try client.send("5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n")
    #expect(try client.response().text == "hello, world")
    #expect(try client.request("GET", "/").status == 200)
  }

  @Test func aClientThatExpectsToContinueIsToldTo() throws {
    let fixture = try ServerFixture { request, responder in
      responder.send(Response(status: 200, body: request.body))
    }
    let client = try fixture.client()
    try client.send(
      "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    #expect(try client.head().status == 100)
    try client.send("abc")
    #expect(try client.response().text == "abc")
  }

  @Test func answersWithoutABodyKeepTheConnection() throws {
    let fixture = try ServerFixture { _, responder in responder.send(Response(status: 204)) }
    let client = try fixture.client()
    #expect(try client.request("DELETE", "/").status == 204)
    #expect(try client.request("DELETE", "/").status == 204)
  }

  @Test func httpOneZeroIsServedAndClosed() throws {
    let fixture = try ServerFixture { _, responder in
      responder.send(Response(status: 200, text: "old"))
    }
    let client = try fixture.client()
    try client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try client.response().text == "old")
    #expect(client.isClosedByPeer())
  }
}
