import Core
import HTTPClient
import TestSupport
import Testing

struct RadicaleServerTests {
  @Test("a server of a test's own ends when it is stopped")
  func stops() throws {
    let server = try RadicaleServer()
    let request = HTTPRequest("GET", server.url + "/.well-known/caldav")
    #expect(try HTTPClient().send(request, deadline: .seconds(10)).status == 301)
    server.stop()
    #expect(throws: HTTPClientError.self) {
      try HTTPClient().send(request, deadline: .seconds(1))
    }
  }
}
