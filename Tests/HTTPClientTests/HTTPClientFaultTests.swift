import Core
import Dispatch
import HTTPClient
import Synchronization
import TestSupport
import Testing

struct HTTPClientFaultTests {
  @Test(
    "a write whose connection closes without an answer is sent once",
    arguments: [
      "PUT", "POST", "PATCH", "DELETE", "MKCALENDAR",
    ])
  func writesAreSentOnce(_ method: String) throws {
    // The first request warms the connection that libcurl would repeat on.
    let server = try RawHTTPServer { $0.path == "/warm" ? [.answer(200)] : [.close] }
    defer { server.stop() }
    let client = HTTPClient()
    _ = try client.send(HTTPRequest("GET", server.url + "/warm"), deadline: .seconds(5))
    let error = failure {
      try client.send(
        HTTPRequest(method, server.url + "/write", body: Array("x".utf8)), deadline: .seconds(5))
    }
    #expect(isMayHaveLanded(error))
    #expect(server.requests.count { $0.path == "/write" } == 1)
  }

  @Test("a read on a connection that the server has closed in the meantime is repeated")
  func readsAreRepeated() throws {
    let answered = Atomic(0)
    let server = try RawHTTPServer { request in
      // Closes the warm connection on its second request, and answers on a new one.
      request.connection == 1 && answered.add(1, ordering: .relaxed).oldValue == 1
        ? [.close] : [.answer(200)]
    }
    defer { server.stop() }
    let client = HTTPClient()
    for _ in 1...2 {
      let response = try client.send(HTTPRequest("GET", server.url), deadline: .seconds(5))
      #expect(response.status == 200)
    }
    #expect(server.requests.map(\.connection) == [1, 1, 2])
  }

  @Test func nobodyListens() throws {
    let server = try RawHTTPServer { _ in [] }
    let url = server.url
    server.stop()
    // A listener that has shut down refuses.
    let error = failure { try HTTPClient().send(HTTPRequest("PUT", url), deadline: .seconds(5)) }
    #expect(isNotSent(error))
  }

  @Test func noSuchName() {
    let error = failure {
      try HTTPClient().send(HTTPRequest("PUT", "http://nowhere.invalid/"), deadline: .seconds(5))
    }
    #expect(isNotSent(error))
  }

  @Test func aPlainServerBehindHTTPS() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    let error = failure {
      try HTTPClient().send(
        HTTPRequest("PUT", "https://127.0.0.1:\(server.port)/"), deadline: .milliseconds(300))
    }
    #expect(isNotSent(error))
  }

  @Test func silenceAfterTheRequest() throws {
    let server = try RawHTTPServer { _ in [.awaitClientClose] }
    defer { server.stop() }
    let error = failure {
      try HTTPClient().send(
        HTTPRequest("PUT", server.url, body: [1]), deadline: .milliseconds(200))
    }
    #expect(isMayHaveLanded(error))
  }

  @Test(
    "an answer cut off anywhere is none",
    arguments: [
      "", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nETag: \"1\"\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
      "HTTP/1.1 103 Early Hints\r\n\r\n",
    ])
  func truncated(_ answer: String) throws {
    let server = try RawHTTPServer { _ in [.send(answer), .close] }
    defer { server.stop() }
    for method in ["REPORT", "PUT"] {
      let error = failure {
        try HTTPClient().send(HTTPRequest(method, server.url), deadline: .seconds(5))
      }
      #expect(isMayHaveLanded(error))
    }
  }

  @Test(
    "a proxy that lets nobody through has told the server nothing",
    arguments: [
      [.answer(407)], [.answer(502)], [.close], [.awaitClientClose],
      // The tunnel stands, and TLS in it comes to nothing.
      [.send("HTTP/1.1 200 Connection established\r\n\r\n"), .close],
      [.send("HTTP/1.1 200 Connection established\r\n\r\n"), .awaitClientClose],
      [.send("HTTP/1.1 200 Connection established\r\n\r\n"), .send("no TLS\r\n"), .close],
    ] as [[RawHTTPServer.Action]])
  func proxyRefuses(_ answer: [RawHTTPServer.Action]) throws {
    let proxy = try RawHTTPServer { _ in answer }
    defer { proxy.stop() }
    var options = HTTPClientOptions()
    options.proxy = Redacted(proxy.url)
    let error = failure {
      try HTTPClient(options).send(
        HTTPRequest("POST", "https://calendar.invalid/", body: [1]), deadline: .milliseconds(500))
    }
    #expect(isNotSent(error), "\(String(describing: error))")
    #expect(proxy.requests.map(\.method) == ["CONNECT"])
  }

  @Test("a server that lets its answer trickle does not outlast the deadline")
  func trickle() throws {
    let server = try RawHTTPServer { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")]
        + Array(repeating: .trickle("x", pauseMilliseconds: 20), count: 500)
    }
    defer { server.stop() }
    let began = DispatchTime.now()
    let error = failure {
      try HTTPClient().send(HTTPRequest("PUT", server.url), deadline: .milliseconds(300))
    }
    #expect(isMayHaveLanded(error))
    #expect(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds < 5_000_000_000)
  }

  @Test("a question asked with POST may use a warm connection and be repeated, unlike a write")
  func safePosts() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    let client = HTTPClient()
    for isSafe in [true, true, false, true] {
      _ = try client.send(
        HTTPRequest("POST", server.url, body: [1], isSafe: isSafe), deadline: .seconds(5))
    }
    #expect(server.requests.map(\.connection) == [1, 1, 2, 1])
  }

  @Test func tooLargeABody() throws {
    let server = try RawHTTPServer { _ in [.answer(200, String(repeating: "x", count: 1001))] }
    defer { server.stop() }
    var options = HTTPClientOptions()
    options.maximumBodyBytes = 1000
    let error = failure {
      try HTTPClient(options).send(HTTPRequest("GET", server.url), deadline: .seconds(5))
    }
    #expect(error == .tooLarge(limitBytes: 1000))
    options.maximumBodyBytes = 1001
    let response = try HTTPClient(options).send(
      HTTPRequest("GET", server.url), deadline: .seconds(5))
    #expect(response.body.count == 1001)
  }

  @Test func tooLargeAHead() throws {
    let server = try RawHTTPServer { _ in
      [.answer(200, headers: (1...100).map { "X-\($0): \(String(repeating: "x", count: 100))" })]
    }
    defer { server.stop() }
    var options = HTTPClientOptions()
    options.maximumHeadBytes = 1000
    let error = failure {
      try HTTPClient(options).send(HTTPRequest("GET", server.url), deadline: .seconds(5))
    }
    #expect(error == .tooLarge(limitBytes: 1000))
  }

  @Test("requests beyond the handles wait, and no longer than their deadline")
  func handlesAreBounded() throws {
    let arrived = DispatchSemaphore(value: 0)
    let server = try RawHTTPServer { request in
      request.path == "/held" ? [.call { arrived.signal() }, .awaitClientClose] : [.answer(200)]
    }
    defer { server.stop() }
    var options = HTTPClientOptions()
    options.handles = 1
    let client = HTTPClient(options)
    let released = DispatchSemaphore(value: 0)
    let url = server.url
    DispatchQueue(label: "held request").async {
      _ = failure { try client.send(HTTPRequest("GET", url + "/held"), deadline: .seconds(1)) }
      released.signal()
    }
    #expect(arrived.wait(timeout: .now() + 5) == .success)
    let error = failure {
      try client.send(HTTPRequest("PUT", url), deadline: .milliseconds(50))
    }
    #expect(error == .notSent("all handles are busy"))
    #expect(released.wait(timeout: .now() + 5) == .success)
    #expect(try client.send(HTTPRequest("PUT", url), deadline: .seconds(5)).status == 200)
  }

  @Test(arguments: [
    HTTPRequest("GET", "ftp://127.0.0.1/"), HTTPRequest("GET", "file:///etc/passwd"),
    HTTPRequest("GET", "http://user:pass@127.0.0.1/"), HTTPRequest("GET", "http://"),
    HTTPRequest("GET", "http://127.0.0.1/a b"), HTTPRequest("GET", "http://127.0.0.1/\r\nX: y"),
    HTTPRequest("GET\r\n", "http://127.0.0.1/"), HTTPRequest("", "http://127.0.0.1/"),
    HTTPRequest("GET", "http://127.0.0.1/", headers: [("A", "b\r\nC: d")]),
    HTTPRequest("GET", "http://127.0.0.1/", headers: [("A: b", "")]),
    HTTPRequest("GET", "http://127.0.0.1/", authorization: Redacted("a\nb")),
  ])
  func refusesWhatItDoesNotSend(_ request: HTTPRequest) {
    let error = failure { try HTTPClient().send(request, deadline: .seconds(1)) }
    guard case .invalidRequest = error else {
      Issue.record("sent, or failed in another way: \(String(describing: error))")
      return
    }
  }

  @Test func secretsDoNotPrint() throws {
    let request = HTTPRequest("GET", "http://127.0.0.1/", authorization: Redacted("Basic c2VjcmV0"))
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!"\(request)\(dumped)".contains("c2VjcmV0"))
  }
}

private func failure(_ send: () throws -> HTTPResponse) -> HTTPClientError? {
  do {
    _ = try send()
    return nil
  } catch { return error as? HTTPClientError }
}

private func isNotSent(_ error: HTTPClientError?) -> Bool {
  if case .notSent = error { true } else { false }
}

private func isMayHaveLanded(_ error: HTTPClientError?) -> Bool {
  if case .mayHaveLanded = error { true } else { false }
}
