import Dispatch
import HTTPServer
import TestSupport
import Testing

/// Server-sent events.
@Suite struct StreamTests {
  private static func streams(into opened: Mailbox<EventStream>) throws -> ServerFixture {
    try ServerFixture { request, responder in
      let stream = EventStream()
      stream.write(Array("hello \(request.path)".utf8))
      responder.send(.events(stream, headers: [("X-Stream", "yes")]))
      opened.put(stream)
    }
  }

  private static func open(_ client: HTTPTestClient, _ path: String) throws -> HTTPTestResponse {
    try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
    return try client.head()
  }

  @Test func eventsArriveAsTheyAreWritten() throws {
    let opened = Mailbox<EventStream>()
    let fixture = try StreamTests.streams(into: opened)
    let client = try fixture.client()
    let head = try StreamTests.open(client, "/e")
    #expect(head.status == 200)
    #expect(head["content-type"] == "text/event-stream")
    #expect(head["x-stream"] == "yes")
    #expect(try client.chunk() == Array("hello /e".utf8))
    let stream = try #require(opened.take())
    for number in 0..<100 {
      #expect(stream.write(Array("data: \(number)\n\n".utf8)))
      #expect(try client.chunk() == Array("data: \(number)\n\n".utf8))
    }
    stream.finish()
    #expect(try client.chunk() == nil)
    #expect(!stream.write([1]))
    // The connection goes on after a stream that ended properly.
    #expect(try StreamTests.open(client, "/again").status == 200)
    #expect(try client.chunk() == Array("hello /again".utf8))
  }

  /// The library ends a stream's chunks even where it has sent none.
  @Test func theHeadOfAStreamLeavesNothingForTheNextAnswer() throws {
    let opened = Mailbox<EventStream>()
    let fixture = try StreamTests.streams(into: opened)
    let client = try fixture.client()
    try client.send("HEAD /e HTTP/1.1\r\nHost: a\r\n\r\n")
    let head = try client.head()
    #expect(head.status == 200 && head["connection"] == "close")
    #expect(!String(decoding: try client.rest(), as: UTF8.self).contains("hello"))
    let stream = try #require(opened.take())
    let closed = Mailbox<Bool>()
    stream.onClose { closed.put(true) }
    #expect(closed.take() == true)
  }

  @Test func manyClientsEachGetEverything() throws {
    let opened = Mailbox<EventStream>()
    let fixture = try StreamTests.streams(into: opened)
    let clients = try (0..<300).map { _ in try fixture.client() }
    for client in clients { #expect(try StreamTests.open(client, "/").status == 200) }
    let streams = clients.compactMap { _ in opened.take() }
    DispatchQueue(label: "writer").async {
      for number in 0..<10 {
        for stream in streams { stream.write(Array("\(number)".utf8)) }
      }
      for stream in streams { stream.finish() }
    }
    for client in clients {
      var text: [UInt8] = []
      while let chunk = try client.chunk() { text += chunk }
      #expect(String(decoding: text, as: UTF8.self) == "hello /0123456789")
    }
  }

  @Test func aClientThatGoesAwayIsNoticedWithoutWriting() throws {
    let opened = Mailbox<EventStream>()
    let closed = Mailbox<Int>()
    let fixture = try StreamTests.streams(into: opened)
    let clients = try (0..<20).map { _ in try fixture.client() }
    var streams: [EventStream] = []
    for (number, client) in clients.enumerated() {
      _ = try StreamTests.open(client, "/")
      _ = try client.chunk()
      let stream = try #require(opened.take())
      stream.onClose { closed.put(number) }
      streams.append(stream)
    }
    for number in [3, 17, 0] {
      clients[number].close()
      #expect(closed.take() == number)
      #expect(!streams[number].write([1]))
    }
    #expect(streams[1].write([1]))
    #expect(try clients[1].chunk() == [1])
  }

  @Test func aClientThatDoesNotReadIsGivenUp() throws {
    let opened = Mailbox<EventStream>()
    let closed = Mailbox<Bool>()
    let fixture = try StreamTests.streams(into: opened)
    let client = try fixture.client()
    _ = try StreamTests.open(client, "/")
    let stream = try #require(opened.take())
    stream.onClose { closed.put(true) }
    let block = [UInt8](repeating: 65, count: 64 << 10)
    var written = 0
    // The kernel's buffers take some megabytes before the backlog grows.
    while written < 100_000, stream.write(block) { written += 1 }
    #expect(written < 100_000)
    client.close()
    #expect(closed.take() == true)
  }

  @Test func aStreamForHeadClosesAtOnce() throws {
    let opened = Mailbox<EventStream>()
    let closed = Mailbox<Bool>()
    let fixture = try StreamTests.streams(into: opened)
    let client = try fixture.client()
    #expect(try client.request("HEAD", "/").status == 200)
    let stream = try #require(opened.take())
    stream.onClose { closed.put(true) }
    #expect(closed.take() == true)
  }
}
