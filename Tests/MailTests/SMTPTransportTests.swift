import Core
import HTTPClient
import TestSupport
import Testing

@testable import Mail

@Suite struct SMTPTransportTests {
  private func message(to local: String = "sam") throws -> Message {
    var message = try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
    message.to = try Mailbox(name: "Sam", email: "\(local)@guest.example")
    return message
  }

  @Test func theServerGetsTheMailAsItIs() throws {
    let server = try MailServer()
    defer { server.stop() }
    let transport = try transport(server)
    let handover = try transport.send(try message())
    #expect(handover.answer == "250 2.0.0 Ok: queued as 4711")
    let received = try server.next()[0]
    #expect(received.sender == "bookings@example.com")
    #expect(received.recipients == ["sam@guest.example"])
    #expect(Array(received.text.utf8) == (try message()).bytes)
  }

  @Test func aRefusalKeepsTheServersWordsButNoAddress() throws {
    let server = try MailServer()
    defer { server.stop() }
    #expect(
      throws: MailError.refused(
        reason: "the mail server refuses the message (550 5.7.1)",
        answer: "550 5.7.1 <…>: as you wish")
    ) { try transport(server).send(try message(to: "says-550")) }
  }

  @Test(arguments: [
    (SMTPError.notSent("x"), "transient"), (.insecure("x"), "transient"),
    (.unauthorized(SMTPReply(code: 535, text: "5.7.8 no")), "transient"),
    (.refused(SMTPReply(code: 451, text: "later")), "transient"),
    (.refused(SMTPReply(code: 554, text: "never")), "refused"),
    (.mayBeTaken("x"), "unknownOutcome"), (.busy, "busy"), (.invalid("x"), "invalid"),
  ])
  func whatAFailureMeans(error: SMTPError, meaning: String) throws {
    let told = SMTPTransport.error(error, to: try Mailbox(name: "", email: "sam@guest.example"))
    #expect("\(told)" != "" && !"\(told)".contains("sam@"))
    let name =
      switch told {
      case .invalid: "invalid"
      case .busy: "busy"
      case .transient: "transient"
      case .refused: "refused"
      case .unknownOutcome: "unknownOutcome"
      }
    #expect(name == meaning)
  }

  private func transport(_ server: MailServer) throws -> SMTPTransport {
    SMTPTransport(
      client: SMTPClient(SMTPOptions(host: "127.0.0.1", port: server.port, security: .none)),
      returnPath: try Mailbox(name: "", email: "bookings@example.com"))
  }
}
