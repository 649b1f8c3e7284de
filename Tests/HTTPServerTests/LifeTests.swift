import Core
import Dispatch
import Glibc
import HTTPServer
import TestSupport
import Testing

/// Starting and stopping.
@Suite struct LifeTests {
  private func stop(_ fixture: ServerFixture, within limit: Duration) -> DispatchSemaphore {
    let stopped = DispatchSemaphore(value: 0)
    let server = fixture.server
    DispatchQueue(label: "stop").async {
      server.stop(by: SystemTime().monotonic() + limit)
      stopped.signal()
    }
    return stopped
  }

  private func ends(_ stopped: DispatchSemaphore) -> Bool {
    stopped.wait(timeout: .now() + .seconds(10)) == .success
  }

  @Test func aDrainAnswersWhatIsInFlight() throws {
    let waiting = Mailbox<Responder>()
    let fixture = try ServerFixture { request, responder in
      if request.path == "/idle" {
        responder.send(Response(status: 200))
      } else {
        waiting.put(responder)
      }
    }
    let idle = try fixture.client()
    #expect(try idle.request("GET", "/idle").status == 200)
    let busy = try (0..<10).map { _ in try fixture.client() }
    for client in busy { try client.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n") }
    let responders = busy.compactMap { _ in waiting.take() }

    let stopped = stop(fixture, within: .seconds(20))
    #expect(fixture.logs("http.draining requests=10"))
    #expect(throws: HTTPTestClient.Failure.connect(errno: ECONNREFUSED)) { try fixture.client() }
    for responder in responders { responder.send(Response(status: 200, text: "done")) }
    for client in busy {
      let answer = try client.response()
      #expect(answer.text == "done")
      #expect(answer["connection"] == "close")
      #expect(client.isClosedByPeer())
    }
    #expect(ends(stopped))
    #expect(idle.isClosedByPeer())
    #expect(fixture.logs("http.stopped refused=0"))
  }

  @Test func aDrainEndsStreams() throws {
    let fixture = try ServerFixture { _, responder in responder.send(.events(EventStream())) }
    let client = try fixture.client()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.head().status == 200)
    let stopped = stop(fixture, within: .seconds(20))
    #expect(try client.chunk() == nil)
    #expect(ends(stopped))
  }

  @Test func whatIsNotAnsweredByTheDeadlineIsRefused() throws {
    let waiting = Mailbox<Responder>()
    let fixture = try ServerFixture { _, responder in waiting.put(responder) }
    let client = try fixture.client()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    let responder = try #require(waiting.take())
    let stopped = stop(fixture, within: .milliseconds(300))
    let answer = try client.response()
    #expect(answer.status == 503)
    #expect(answer.text.contains("/problems/draining"))
    #expect(answer["retry-after"] == "1")
    #expect(ends(stopped))
    #expect(fixture.logs("http.stopped refused=1"))
    // Too late, and harmless.
    responder.send(Response(status: 200))
  }

  @Test func stoppingUnderLoadEndsAndDoesNotTrap() throws {
    for round in 0..<10 {
      let queue = DispatchQueue(label: "answers")
      let started = Mailbox<Bool>()
      let fixture = try ServerFixture { request, responder in
        started.put(true)
        queue.async {
          if request.path == "/by-loop" {
            responder.onEventLoop { responder.send(Response(status: 200)) }
          } else {
            responder.send(Response(status: 200))
          }
        }
      }
      let asked = DispatchGroup()
      let port = fixture.port
      for number in 0..<4 {
        DispatchQueue(label: "client \(number)").async(group: asked) {
          // Until the drain closes the connection or refuses the next.
          while let client = try? HTTPTestClient(port: port) {
            let path = number.isMultiple(of: 2) ? "/by-loop" : "/"
            while (try? client.request("GET", path))?.status == 200 {}
          }
        }
      }
      #expect(started.take() != nil)
      fixture.stop(within: round.isMultiple(of: 2) ? .seconds(5) : .zero)
      #expect(asked.wait(timeout: .now() + .seconds(10)) == .success)
    }
  }

  @Test func aTakenPortIsNamed() throws {
    let fixture = try ServerFixture { _, responder in responder.send(Response(status: 200)) }
    var configuration = HTTPServer.Configuration()
    configuration.port = fixture.port
    let second = HTTPServer(
      configuration: configuration, handler: { _, _ in }, log: .discarded)
    let expected = HTTPServerError.cannotListen(
      address: "127.0.0.1", port: fixture.port, step: .bind, errno: EADDRINUSE)
    #expect(throws: expected) { try second.start() }
    #expect("\(expected)".contains("127.0.0.1 port \(fixture.port): Address already in use"))
    #expect(second.boundPort == nil)
    #expect(try fixture.client().request("GET", "/").status == 200)

    fixture.stop(within: .zero)
    try second.start()
    #expect(second.boundPort == fixture.port)
    second.stop(by: SystemTime().monotonic())
  }

  @Test func anAddressThatIsNoneIsNamed() {
    var configuration = HTTPServer.Configuration()
    configuration.address = "localhost"
    let server = HTTPServer(configuration: configuration, handler: { _, _ in }, log: .discarded)
    #expect(throws: HTTPServerError.notAnAddress("localhost")) { try server.start() }
  }

  @Test func stoppingWhatDoesNotRunDoesNothing() throws {
    let server = HTTPServer(
      configuration: HTTPServer.Configuration(), handler: { _, _ in }, log: .discarded)
    server.stop(by: SystemTime().monotonic())
    try server.start()
    #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
    server.stop(by: SystemTime().monotonic() + .seconds(5))
    server.stop(by: SystemTime().monotonic())
    #expect(server.boundPort == nil)
  }

  @Test func itListensOnIPv6Too() throws {
    let fixture = try ServerFixture(configure: { $0.address = "::1" }) { _, responder in
      responder.send(Response(status: 200))
    }
    #expect(fixture.port != 0)
  }
}
