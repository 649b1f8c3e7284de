import Dispatch
import HTTPServer
import TestSupport
import Testing

/// The answers of a server that dies on the way, for trying clients out.
@Suite struct BrokenAnswerTests {
  @Test func hangingUpClosesTheConnectionWithoutAByte() throws {
    let fixture = try ServerFixture { _, responder in responder.hangUp() }
    let client = try fixture.client()
    #expect(throws: HTTPTestClient.Failure.closed(partial: 0)) { try client.request("GET", "/") }
  }

  @Test func hangingUpLaterClosesAConnectionThatWaits() throws {
    let waiting = Mailbox<Responder>()
    let fixture = try ServerFixture { _, responder in waiting.put(responder) }
    let client = try fixture.client()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try #require(waiting.take()).hangUp()
    #expect(throws: HTTPTestClient.Failure.closed(partial: 0)) { try client.response() }
    // Nothing of it is left that a stop would wait for.
    fixture.stop(within: .seconds(5))
  }

  @Test(arguments: [1, 5, 5000]) func aBrokenBodyAnnouncesMoreThanItSends(_ sent: Int) throws {
    let whole = [UInt8](repeating: 65, count: 10_000)
    let fixture = try ServerFixture { _, responder in
      var response = Response(status: 200, headers: [("Content-Type", "text/plain")])
      response.body = .brokenOff(whole, after: sent)
      responder.send(response)
    }
    let client = try fixture.client()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    let head = try client.head()
    #expect(head.status == 200)
    #expect(head["content-length"] == "10000")
    #expect(try client.rest() == Array(whole.prefix(sent)))
  }
}
