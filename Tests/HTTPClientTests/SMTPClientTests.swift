import Core
import Foundation
import TestSupport
import Testing

@testable import HTTPClient

/// Against a real mail server; which recipient it treats how, it says itself.
@Suite struct SMTPClientTests {
  private func options(_ server: MailServer, _ security: SMTPOptions.Security = .none)
    -> SMTPOptions
  {
    var options = SMTPOptions(host: "127.0.0.1", port: server.port, security: security)
    options.certificateFile = server.certificateFile
    options.helloName = "book.example.com"
    return options
  }

  private func letter(_ to: String, _ text: String = "Subject: Hello\r\n\r\n.\r\n..dots\r\nend\r\n")
    -> SMTPLetter
  {
    SMTPLetter(from: "bookings@example.com", to: "\(to)@guest.example", bytes: Array(text.utf8))
  }

  @Test(arguments: [SMTPOptions.Security.none, .startTLS, .tls])
  func oneConnectionCarriesSeveralMessages(security: SMTPOptions.Security) throws {
    let server = try MailServer(security: security.rawValue)
    defer { server.stop() }
    let client = SMTPClient(options(server, security))
    for name in ["a", "b", "c"] {
      let reply = try client.send(letter(name))
      #expect(reply.code == 250 && reply.codes == "250 2.0.0" && reply.text.hasSuffix("4711"))
    }
    let received = try server.next(3)
    #expect(received.map(\.recipients) == ["a", "b", "c"].map { ["\($0)@guest.example"] })
    #expect(received.allSatisfy { $0.sender == "bookings@example.com" })
    #expect(received.allSatisfy { $0.isEncrypted == (security != .none) })
    #expect(received[0].text == "Subject: Hello\r\n\r\n.\r\n..dots\r\nend\r\n")
    #expect(server.connections == 1)
  }

  @Test func credentialsGoOnlyWhereTheyAreRight() throws {
    let server = try MailServer(security: "startTLS", user: "alex", password: "open sesame")
    defer { server.stop() }
    var options = options(server, .startTLS)
    options.username = "alex"
    options.password = Redacted("open sesame")
    try SMTPClient(options).probe()
    _ = try SMTPClient(options).send(letter("a"))
    #expect(try server.next().map(\.isAuthenticated) == [true])

    options.password = Redacted("wrong")
    let denied = failure(SMTPClient(options), letter("a"))
    guard case .unauthorized(let reply?) = denied, reply.code == 535 else {
      Issue.record("\(String(describing: denied))")
      return
    }
    options.username = nil
    guard case .unauthorized(let reply?) = failure(SMTPClient(options), letter("a")),
      reply.code == 530
    else {
      Issue.record("without a name")
      return
    }
    #expect(throws: SMTPError.self) { try SMTPClient(options).send(letter("a")) }
    #expect(server.received.count == 1)
  }

  @Test func nothingIsSentWithoutTLSWhereItIsRequired() throws {
    let server = try MailServer(security: "none")
    defer { server.stop() }
    var options = options(server, .startTLS)
    options.username = "alex"
    options.password = Redacted("open sesame")
    guard case .insecure = failure(SMTPClient(options), letter("a")) else {
      Issue.record("it went on without TLS")
      return
    }
    #expect(server.received.isEmpty)
  }

  @Test func aCertificateThatNobodyVouchesForIsRefused() throws {
    let server = try MailServer(security: "tls")
    defer { server.stop() }
    var options = options(server, .tls)
    options.certificateFile = nil
    guard case .insecure = failure(SMTPClient(options), letter("a")) else {
      Issue.record("the certificate was trusted")
      return
    }
    #expect(server.received.isEmpty)
  }

  @Test(arguments: [
    ("says-550", 550, false), ("says-451", 451, true), ("data-554", 554, false),
    ("data-452", 452, true), ("says-421", 421, true),
  ])
  func aRefusalIsTheServersOwn(recipient: String, code: Int, isTransient: Bool) throws {
    let server = try MailServer()
    defer { server.stop() }
    let client = SMTPClient(options(server))
    guard case .refused(let reply) = failure(client, letter(recipient)) else {
      Issue.record("not refused")
      return
    }
    #expect(reply.code == code && reply.isTransient == isTransient)
    #expect(reply.enhancedStatus?.first == "\(code)".first)
    // The next one is none the worse for it.
    #expect(try client.send(letter("a")).code == 250)
  }

  @Test("A connection that breaks after DATA leaves a doubt, and before it none")
  func connectionsThatBreak() throws {
    let server = try MailServer()
    defer { server.stop() }
    let client = SMTPClient(options(server))
    guard case .mayBeTaken = failure(client, letter("vanish")) else {
      Issue.record("the message was taken, and nobody may say that it was not")
      return
    }
    try server.next()
    guard case .notSent = failure(client, letter("cut")) else {
      Issue.record("nothing was sent")
      return
    }
    #expect(server.received.count == 1)
    #expect(try client.send(letter("a")).code == 250)
  }

  @Test func aServerThatStallsIsLeftAtTheDeadline() throws {
    let server = try MailServer()
    defer { server.stop() }
    var options = options(server)
    options.deadline = .milliseconds(1500)
    guard case .mayBeTaken = failure(SMTPClient(options), letter("stall")) else {
      Issue.record("it had everything")
      return
    }
  }

  @Test func nobodyListens() throws {
    let server = try MailServer()
    let options = options(server)
    server.stop()
    guard case .notSent = failure(SMTPClient(options), letter("a")) else {
      Issue.record("sent to nobody")
      return
    }
  }

  @Test func aKeptConnectionThatWasHungUpIsMadeAnew() throws {
    let server = try MailServer()
    defer { server.stop() }
    let client = SMTPClient(options(server))
    for round in 0..<10 {
      #expect(try client.send(letter("leave")).code == 250, "round \(round)")
    }
    try server.next(10)
    #expect(server.connections == 10)
  }

  @Test(arguments: ["a>\r\nRCPT TO:<eve", "a b", "ä", ""])
  func addressesCannotAddCommands(name: String) throws {
    let options = SMTPOptions(host: "127.0.0.1", port: 9, security: .none)
    let letter = SMTPLetter(from: "bookings@example.com", to: name, bytes: [0x61])
    guard case .invalid = failure(SMTPClient(options), letter) else {
      Issue.record("\(name) was taken")
      return
    }
  }

  @Test func messagesWaitForAConnectionButNotForLong() throws {
    let server = try MailServer()
    defer { server.stop() }
    var options = options(server)
    options.connections = 1
    options.patience = .milliseconds(1)
    options.deadline = .seconds(3)
    let client = SMTPClient(options)
    let stalled = Awaited<SMTPError?>()
    Thread.detachNewThread { stalled.give(failure(client, letter("stall"))) }
    try server.next()
    #expect(failure(client, letter("a")) == .busy)
    guard case .mayBeTaken = try stalled.take() else {
      Issue.record("it stalled")
      return
    }
    #expect(try client.send(letter("a")).code == 250)
  }

  /// How handing a letter over fails; nil where it does not.
  private func failure(_ client: SMTPClient, _ letter: SMTPLetter) -> SMTPError? {
    do throws(SMTPError) {
      _ = try client.send(letter)
      return nil
    } catch {
      return error
    }
  }
}
