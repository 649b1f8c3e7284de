import Foundation
import Synchronization

/// A real SMTP server on loopback: Tests/Interop/bookend_lab/smtp_server.py, where it is said which
/// recipients it treats how. It ends with `stop`, and at the latest with the process that started it.
package final class MailServer: Sendable {
  package struct Received: Sendable, Equatable {
    package let connection: Int
    package let sender: String
    package let recipients: [String]
    package let isEncrypted: Bool
    package let isAuthenticated: Bool
    /// As it came, dots undone.
    package let text: String
  }

  /// Where it falls silent: it has read what the client said, and does not answer. In `message` it has asked
  /// for the message and reads none of it.
  package enum Stage: String, CaseIterable, Sendable {
    case greeting, message, dot
    case hello = "EHLO"
    case sender = "MAIL"
    case recipient = "RCPT"
    case data = "DATA"
  }

  package let port: Int
  /// The one authority that vouches for it; nil without TLS.
  package let certificateFile: String?

  private let folder: TemporaryFolder
  private let process: Process
  private let lifeline: Pipe
  private let events: Events

  /// - Parameter security: `none`, `startTLS` or `tls`.
  package init(
    security: String = "none", user: String? = nil, password: String? = nil
  ) throws {
    folder = try TemporaryFolder()
    var arguments = [MailServer.script, "--security", security]
    if security != "none" {
      try MailServer.makeCertificate(in: folder)
      certificateFile = folder.file("certificate")
      arguments += ["--certificate", folder.file("certificate"), "--key", folder.file("key")]
    } else {
      certificateFile = nil
    }
    if let user { arguments += ["--user", user, "--password", password ?? ""] }
    process = Process()
    process.executableURL = PythonEnvironment.python
    process.arguments = arguments
    lifeline = Pipe()
    let output = Pipe()
    process.standardInput = lifeline
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let events = Events()
    self.events = events
    Thread.detachNewThread {
      var rest = Data()
      while true {
        // Returns what is there; `read(upToCount:)` would wait for that many.
        let more = output.fileHandleForReading.availableData
        if more.isEmpty { break }
        rest += more
        while let end = rest.firstIndex(of: 0x0A) {
          events.take(rest[rest.startIndex..<end])
          rest = Data(rest[(end + 1)...])
        }
      }
      events.end()
    }
    guard let port = events.awaitPort() else { throw MailServerError.didNotStart }
    self.port = port
  }

  package func stop() {
    try? lifeline.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// From now on, at every connection, there; nil is nowhere. Who has met the silence stays in it.
  package func fallSilent(at stage: Stage?) throws {
    try lifeline.fileHandleForWriting.write(contentsOf: Data("\(stage?.rawValue ?? "")\n".utf8))
    try events.heard.take()
  }

  /// Waits until a client has met the silence.
  package func awaitSilence() throws { try events.silences.take() }

  /// The next messages that it takes, waited for.
  @discardableResult
  package func next(_ count: Int = 1) throws -> [Received] { try events.arrivals.take(count) }

  /// Those that have been told of so far, in the order in which they came: the last ones may still be
  /// on their way from the server to here.
  package var received: [Received] { events.messages }
  /// Connections so far.
  package var connections: Int { events.connections }

  private static let script = PythonEnvironment.checkout.appending(
    path: "Tests/Interop/bookend_lab/smtp_server.py"
  ).path

  private static func makeCertificate(in folder: TemporaryFolder) throws {
    let make = Process()
    make.executableURL = URL(filePath: "/usr/bin/openssl")
    make.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
      "1", "-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
      folder.file("key"), "-out", folder.file("certificate"),
    ]
    make.standardError = FileHandle.nullDevice
    try make.run()
    make.waitUntilExit()
  }
}

package enum MailServerError: Error {
  case didNotStart
}

/// What the server has told so far.
private final class Events: Sendable {
  private struct State {
    var messages: [MailServer.Received] = []
    var connections = 0
  }

  private let state = Mutex(State())
  private let port = Awaited<Int?>()
  let arrivals = Awaited<MailServer.Received>()
  let heard = Awaited<Void>()
  let silences = Awaited<Void>()

  var messages: [MailServer.Received] { state.withLock { $0.messages } }
  var connections: Int { state.withLock { $0.connections } }

  func awaitPort() -> Int? { (try? port.take()) ?? nil }

  func end() { port.give(nil) }

  func take(_ line: Data) {
    guard let told = try? JSONDecoder().decode(Told.self, from: line) else { return }
    switch told.event {
    case "listening": port.give(told.port)
    case "heard": heard.give(())
    case "silent": silences.give(())
    case "connect": state.withLock { $0.connections += 1 }
    case "message":
      let message = MailServer.Received(
        connection: told.connection ?? 0, sender: told.sender ?? "",
        recipients: told.to ?? [], isEncrypted: told.isEncrypted ?? false,
        isAuthenticated: told.isAuthenticated ?? false,
        text: String(
          decoding: Data(base64Encoded: told.content ?? "") ?? Data(), as: UTF8.self))
      state.withLock { $0.messages.append(message) }
      arrivals.give(message)
    default: break
    }
  }

  private struct Told: Decodable {
    let event: String
    var port: Int?
    var connection: Int?
    var sender: String?
    var to: [String]?
    var isEncrypted: Bool?
    var isAuthenticated: Bool?
    var content: String?

    private enum CodingKeys: String, CodingKey {
      case event, port, connection, sender, to, isEncrypted, isAuthenticated, content
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      event = try fields.decode(String.self, forKey: .event)
      port = try fields.decodeIfPresent(Int.self, forKey: .port)
      connection = try fields.decodeIfPresent(Int.self, forKey: .connection)
      sender = try fields.decodeIfPresent(String.self, forKey: .sender)
      // Of a recipient it is one, of a message a list.
      to = try? fields.decodeIfPresent([String].self, forKey: .to)
      isEncrypted = try fields.decodeIfPresent(Bool.self, forKey: .isEncrypted)
      isAuthenticated = try fields.decodeIfPresent(Bool.self, forKey: .isAuthenticated)
      content = try fields.decodeIfPresent(String.self, forKey: .content)
    }
  }
}
