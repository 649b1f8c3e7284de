import Dispatch
import HTTPServer
import TestSupport
import Testing

/// Answers that come later, from elsewhere.
@Suite struct WaitingTests {
  @Test func answersFromAnotherThreadGoToTheirOwnConnection() throws {
    let waiting = Mailbox<(String, Responder)>()
    let fixture = try ServerFixture { request, responder in
      waiting.put((request.path, responder))
    }
    let clients = try (0..<64).map { _ in try fixture.client() }
    for round in 0..<5 {
      for (number, client) in clients.enumerated() {
        try client.send("GET /\(round)/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
      }
      let all = clients.compactMap { _ in waiting.take() }
      #expect(all.count == clients.count)
      DispatchQueue(label: "answers").async {
        for (path, responder) in all.reversed() {
          responder.send(Response(status: 200, text: path))
        }
      }
      for (number, client) in clients.enumerated() {
        #expect(try client.response().text == "/\(round)/\(number)")
      }
    }
  }

  @Test func anAnswerThatRacesWithTheHandlersReturnArrives() throws {
    let queue = DispatchQueue(label: "race")
    let fixture = try ServerFixture { request, responder in
      queue.async { responder.send(Response(status: 200, text: request.path)) }
    }
    let client = try fixture.client()
    for number in 0..<2000 {
      let answer = try client.request("GET", "/\(number)")
      guard answer.text == "/\(number)" else {
        Issue.record("request \(number) got \(answer)")
        return
      }
    }
  }

  @Test func workForTheEventLoopRacesWithTheHandlersReturn() throws {
    let queue = DispatchQueue(label: "race")
    let fixture = try ServerFixture { request, responder in
      queue.async {
        // Twice, so that it is also given from the loop itself, and waits for an answer from elsewhere.
        responder.onEventLoop {
          responder.onEventLoop {
            queue.async { responder.send(Response(status: 200, text: request.path)) }
          }
        }
      }
    }
    let client = try fixture.client()
    for number in 0..<2000 {
      let answer = try client.request("GET", "/\(number)")
      guard answer.text == "/\(number)" else {
        Issue.record("request \(number) got \(answer)")
        return
      }
    }
  }

  @Test func aResponderLostByWorkForTheEventLoopAnswersAndIsLogged() throws {
    let fixture = try ServerFixture { request, responder in
      responder.onEventLoop { _ = responder }
    }
    #expect(try fixture.client().request("GET", "/").status == 500)
    #expect(fixture.logs("http.responderLost"))
  }

  @Test func pipelinedRequestsWaitForTheOneBefore() throws {
    let waiting = Mailbox<(String, Responder)>()
    let fixture = try ServerFixture { request, responder in
      waiting.put((request.path, responder))
    }
    let client = try fixture.client()
    try client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    for expected in ["/1", "/2"] {
      let (path, responder) = try #require(waiting.take())
      #expect(path == expected)
      responder.send(Response(status: 200, text: path))
      #expect(try client.response().text == expected)
    }
  }

  @Test func aWaitingRequestIsNotTimedOut() throws {
    let waiting = Mailbox<Responder>()
    let fixture = try ServerFixture(configure: { $0.idleTimeout = .seconds(1) }) {
      request, responder in
      waiting.put(responder)
    }
    let patient = try fixture.client()
    try patient.send("GET /patient HTTP/1.1\r\nHost: a\r\n\r\n")
    let responder = try #require(waiting.take())
    // An idle connection made after it is closed by the timeout, which has then passed for both.
    #expect(try fixture.client().isClosedByPeer())
    responder.send(Response(status: 200, text: "at last"))
    #expect(try patient.response().text == "at last")
  }

  @Test func aLostResponderAnswersAndIsLogged() throws {
    let kept = Mailbox<Responder>()
    let fixture = try ServerFixture { request, responder in
      if request.path == "/later" { kept.put(responder) }
    }
    let client = try fixture.client()
    #expect(try client.request("GET", "/at-once").status == 500)
    #expect(fixture.logs("http.responderLost"))
    try client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    // Taken and dropped.
    #expect(kept.take() != nil)
    #expect(try client.response().status == 500)
  }

  @Test func anAnswerToAClientThatHasGoneIsDropped() throws {
    let waiting = Mailbox<Responder>()
    let fixture = try ServerFixture { request, responder in
      if request.path == "/" {
        responder.send(Response(status: 200))
      } else {
        waiting.put(responder)
      }
    }
    let client = try fixture.client()
    try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
    let responder = try #require(waiting.take())
    client.close()
    responder.send(Response(status: 200, body: [UInt8](repeating: 0, count: 1 << 20)))
    #expect(try fixture.client().request("GET", "/").status == 200)
  }

  @Test func anAnswerThatCannotBeSentIsA500() throws {
    let fixture = try ServerFixture { request, responder in
      let header =
        request.path == "/split"
        ? ("X-Text", "a\r\nSet-Cookie: b=1") : ("Content-Length", "3")
      responder.send(Response(status: request.path == "/status" ? 99 : 200, headers: [header]))
    }
    let client = try fixture.client()
    for path in ["/split", "/length", "/status"] {
      let answer = try client.request("GET", path)
      #expect(answer.status == 500)
      #expect(answer["set-cookie"] == nil)
    }
    #expect(fixture.logs("http.invalidResponse status=99"))
  }
}
