import Core
import HTTPClient
import TestSupport
import Testing

@testable import Mail

/// A message whose job was cancelled, or has run out of its time, is not waited for, wherever the server has
/// fallen silent. What is said of it is the truth: the server can have it only when it has had all of it.
@Suite struct SMTPLimitTests {
  private let server: MailServer
  private let client: SMTPClient
  private let transport: SMTPTransport

  init() throws { try self.init(.none) }

  private init(_ security: SMTPOptions.Security) throws {
    server = try MailServer(security: security.rawValue)
    client = SMTPLimitTests.client(server, security)
    transport = SMTPTransport(
      client: client, returnPath: try Mailbox(name: "", email: "bookings@example.com"))
  }

  private static func client(
    _ server: MailServer, _ security: SMTPOptions.Security = .none
  ) -> SMTPClient {
    var options = SMTPOptions(host: "127.0.0.1", port: server.port, security: security)
    options.certificateFile = server.certificateFile
    // Longer than a test waits: nothing but the limit ends it.
    options.deadline = .minutes(5)
    return SMTPClient(options)
  }

  private func message() throws -> Message {
    try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
  }

  /// Sends on a thread of its own, under that limit; what comes of it is waited for, for a bounded time.
  private func sending(
    under limit: WorkLimit, _ send: @escaping @Sendable () throws -> Void
  ) -> Awaited<(any Error)?> {
    let ended = Awaited<(any Error)?>()
    inThread {
      WorkLimit.$current.withValue(limit) {
        do {
          try send()
          ended.give(nil)
        } catch {
          ended.give(error)
        }
      }
    }
    return ended
  }

  private func expect(_ error: (any Error)?, at stage: MailServer.Stage) {
    switch error as? MailError {
    case .unknownOutcome: #expect(stage == .dot)
    case .transient: #expect(stage != .dot)
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test(arguments: MailServer.Stage.allCases.filter { $0 != .message })
  func aMessageThatNobodyWaitsForEnds(stage: MailServer.Stage) throws {
    try endAndSendAnother(stage)
  }

  @Test(arguments: [SMTPOptions.Security.startTLS, .tls])
  func soDoesOneOnASafeConnection(security: SMTPOptions.Security) throws {
    server.stop()
    try SMTPLimitTests(security).endAndSendAnother(.dot)
  }

  private func endAndSendAnother(_ stage: MailServer.Stage) throws {
    defer { server.stop() }
    try server.fallSilent(at: stage)
    let limit = WorkLimit()
    let message = try message()
    let ended = sending(under: limit) { [transport] in _ = try transport.send(message) }
    try server.awaitSilence()
    limit.cancel()
    expect(try ended.take(), at: stage)

    // Nor does the next one meet the silence that this one has left.
    try server.fallSilent(at: nil)
    let next = sending(under: WorkLimit()) { [transport] in _ = try transport.send(message) }
    #expect(try next.take() == nil)
    let received = try server.next(stage == .dot ? 2 : 1)
    #expect(received.last?.connection == 2)
  }

  /// On a connection that has carried one before, libcurl would be ready to try again on another.
  @Test(arguments: [MailServer.Stage.sender, .recipient, .data, .dot])
  func norDoesAKeptConnectionKeepIt(stage: MailServer.Stage) throws {
    defer { server.stop() }
    let message = try message()
    _ = try transport.send(message)
    try server.fallSilent(at: stage)
    let limit = WorkLimit()
    let ended = sending(under: limit) { [transport] in _ = try transport.send(message) }
    try server.awaitSilence()
    limit.cancel()
    expect(try ended.take(), at: stage)
    #expect(server.connections == 1)
  }

  /// The server has asked for the message and takes less of it than it is long.
  @Test func aMessageThatIsHalfSentIsNotTaken() throws {
    defer { server.stop() }
    try server.fallSilent(at: .message)
    let limit = WorkLimit()
    let letter = SMTPLetter(
      from: "bookings@example.com", to: "sam@guest.example",
      bytes: Array(repeating: UInt8(ascii: "x"), count: 32 << 20))
    let ended = sending(under: limit) { [client] in _ = try client.send(letter) }
    try server.awaitSilence()
    limit.cancel()
    guard case .notSent = try ended.take() as? SMTPError else {
      Issue.record("it is not said that it was not sent")
      return
    }
    #expect(server.received.isEmpty)
  }

  @Test func norIsAHandshakeWaitedFor() throws {
    defer { server.stop() }
    try server.fallSilent(at: .greeting)
    let limit = WorkLimit()
    let client = Self.client(server, .tls)
    let letter = SMTPLetter(from: "a@example.com", to: "b@example.com", bytes: [0x61])
    let ended = sending(under: limit) { _ = try client.send(letter) }
    try server.awaitSilence()
    limit.cancel()
    guard case .notSent = try ended.take() as? SMTPError else {
      Issue.record("it is not said that it was not sent")
      return
    }
  }

  /// The right to the work runs out where its process hangs: another may be sending the message by then.
  @Test(arguments: [MailServer.Stage.sender, .dot])
  func aMessageIsGivenUpWithTheRightToIt(stage: MailServer.Stage) throws {
    defer { server.stop() }
    try server.fallSilent(at: stage)
    let message = try message()
    let limit = WorkLimit(certainUntil: SystemTime().monotonic() + .minutes(5))
    let ended = sending(under: limit) { [transport] in _ = try transport.send(message) }
    try server.awaitSilence()
    limit.makeCertain(until: SystemTime().monotonic())
    expect(try ended.take(), at: stage)
  }

  @Test func aMessageTakesNoLongerThanItsWorkMay() throws {
    defer { server.stop() }
    try server.fallSilent(at: .sender)
    let message = try message()
    let limit = WorkLimit(deadline: SystemTime().monotonic() + .milliseconds(300))
    let ended = sending(under: limit) { [transport] in _ = try transport.send(message) }
    expect(try ended.take(), at: .sender)
  }

  @Test func nothingIsBegunWhenItsTimeIsOver() throws {
    defer { server.stop() }
    let message = try message()
    let now = SystemTime().monotonic()
    let cancelled = WorkLimit()
    cancelled.cancel()
    for limit in [cancelled, WorkLimit(deadline: now), WorkLimit(certainUntil: now)] {
      let ended = sending(under: limit) { [transport] in _ = try transport.send(message) }
      expect(try ended.take(), at: .greeting)
    }
    #expect(server.connections == 0)
  }
}
