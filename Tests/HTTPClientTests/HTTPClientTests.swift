import Core
import HTTPClient
import TestSupport
import Testing

struct HTTPClientTests {
  @Test func sendsWhatItIsGiven() throws {
    let server = try RawHTTPServer { _ in
      [.answer(207, headers: ["X-One: 1", "ETag: \"a\" "], "hi")]
    }
    defer { server.stop() }
    let response = try HTTPClient().send(
      HTTPRequest(
        "PROPFIND", server.url + "/a%20b/../c?d=e", headers: [("Depth", "0"), ("X-Empty", "")],
        authorization: Redacted("Basic YTpi"), body: Array("<x/>".utf8)),
      deadline: .seconds(5))
    #expect(response.status == 207)
    #expect(response.header("x-one") == "1")
    #expect(response.header("etag") == "\"a\"")
    #expect(String(decoding: response.body, as: UTF8.self) == "hi")

    let request = try #require(server.requests.first)
    #expect(request.method == "PROPFIND")
    #expect(request.path == "/a%20b/../c?d=e")
    #expect(request.header("Depth") == "0")
    #expect(request.header("X-Empty") == "")
    #expect(request.header("Authorization") == "Basic YTpi")
    #expect(request.body == "<x/>")
    #expect(request.header("Content-Type") == nil)
    #expect(request.header("Expect") == nil)
    #expect(request.header("Accept-Encoding") == nil)
  }

  @Test("the credentials of one request are not sent with the next")
  func forgetsCredentials() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    let client = HTTPClient()
    let secret = Redacted("Bearer secret")
    _ = try client.send(
      HTTPRequest("GET", server.url, authorization: secret), deadline: .seconds(5))
    _ = try client.send(HTTPRequest("GET", server.url), deadline: .seconds(5))
    #expect(server.requests.map { $0.header("Authorization") } == ["Bearer secret", nil])
  }

  @Test func readsKeepTheirConnectionAndWritesHaveTheirOwn() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    let client = HTTPClient()
    for method in ["GET", "REPORT", "PUT", "DELETE", "GET"] {
      _ = try client.send(HTTPRequest(method, server.url), deadline: .seconds(5))
    }
    #expect(server.requests.map(\.connection) == [1, 1, 2, 3, 1])
  }

  @Test("a redirect is an answer, not an order")
  func followsNoRedirect() throws {
    let server = try RawHTTPServer { _ in [.answer(301, headers: ["Location: /elsewhere"])] }
    defer { server.stop() }
    let response = try HTTPClient().send(HTTPRequest("GET", server.url), deadline: .seconds(5))
    #expect(response.status == 301)
    #expect(response.header("Location") == "/elsewhere")
    #expect(server.requests.count == 1)
  }

  @Test func interimAnswersAndTrailersAreNotHeaders() throws {
    let server = try RawHTTPServer { _ in
      [
        .send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"),
        .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .send("2\r\nhi\r\n0\r\nX-Late: 1\r\n\r\n"),
      ]
    }
    defer { server.stop() }
    let response = try HTTPClient().send(HTTPRequest("GET", server.url), deadline: .seconds(5))
    #expect(response.header("X-Early") == nil)
    #expect(response.header("X-Late") == nil)
    #expect(response.header("Transfer-Encoding") == "chunked")
    #expect(response.body == Array("hi".utf8))
  }

  @Test func aHeadAnswerHasNoBody() throws {
    let server = try RawHTTPServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")] }
    defer { server.stop() }
    let response = try HTTPClient().send(HTTPRequest("HEAD", server.url), deadline: .seconds(5))
    #expect(response.status == 200)
    #expect(response.body.isEmpty)
  }

  @Test(arguments: ["PUT", "POST", "PATCH"])
  func anEmptyBodyHasALength(_ method: String) throws {
    let server = try RawHTTPServer { _ in [.answer(204)] }
    defer { server.stop() }
    _ = try HTTPClient().send(HTTPRequest(method, server.url), deadline: .seconds(5))
    #expect(server.requests.first?.method == method)
    #expect(server.requests.first?.header("Content-Length") == "0")
  }

  @Test("a proxy gets what is meant for others, and loopback is reached without it")
  func proxy() throws {
    let proxy = try RawHTTPServer { _ in [.answer(203)] }
    let server = try RawHTTPServer { _ in [.answer(204)] }
    defer {
      proxy.stop()
      server.stop()
    }
    var options = HTTPClientOptions()
    options.proxy = Redacted(proxy.url)
    let client = HTTPClient(options)
    let through = try client.send(
      HTTPRequest("GET", "http://calendar.invalid/x"), deadline: .seconds(5))
    #expect(through.status == 203)
    #expect(proxy.requests.map(\.path) == ["http://calendar.invalid/x"])
    #expect(try client.send(HTTPRequest("GET", server.url), deadline: .seconds(5)).status == 204)
    #expect(proxy.requests.count == 1)
  }
}
