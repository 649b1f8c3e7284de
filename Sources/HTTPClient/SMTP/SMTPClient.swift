import Core
import Dispatch
import Synchronization

/// Hands messages to one mail server, over few connections that each carry many.
///
/// TLS is verified, and required unless the options say otherwise; nothing is sent in plain text,
/// the password least of all, to a server that does not offer it. libcurl repeats nothing here: a
/// message leaves once for each call.
package final class SMTPClient: Sendable {
  private let options: SMTPOptions
  private let seats: DispatchSemaphore
  private let idle = Mutex<[SMTPSession]>([])

  package init(_ options: SMTPOptions) {
    invariant(options.connections > 0, "a client without connections sends nothing")
    HTTPClient.startLibrary()
    self.options = options
    seats = DispatchSemaphore(value: options.connections)
  }

  /// Blocks until the server has answered for this message, its deadline has passed, or, within about a
  /// second, the work of this thread is over (`WorkLimit.current`). Returns the answer by which the server took
  /// it.
  package func send(_ letter: SMTPLetter) throws(SMTPError) -> SMTPReply {
    for address in [letter.from, letter.to] where !SMTPClient.isPath(address) {
      throw .invalid("an address that no envelope can carry")
    }
    guard !letter.bytes.isEmpty else { throw .invalid("an empty message") }
    let wait = DispatchTime.now() + .milliseconds(Int(options.patience.wholeMilliseconds))
    guard seats.wait(timeout: wait) == .success else { throw .busy }
    defer { seats.signal() }
    let session = try takeSession()
    defer { idle.withLock { $0.append(session) } }
    return try session.send(letter, options)
  }

  /// Whether the server would take messages from us: connects, makes the connection safe,
  /// authenticates, and leaves.
  package func probe() throws(SMTPError) {
    guard let session = SMTPSession() else { throw .notSent("out of memory") }
    try session.probe(options)
  }

  /// The one used last: its connection is the likeliest to live.
  private func takeSession() throws(SMTPError) -> SMTPSession {
    if let session = idle.withLock({ $0.popLast() }) { return session }
    guard let session = SMTPSession() else { throw .notSent("out of memory") }
    return session
  }

  /// Nothing in it ends the command or the brackets around it.
  private static func isPath(_ address: String) -> Bool {
    (3...254).contains(address.utf8.count)
      && address.utf8.allSatisfy {
        (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
      }
  }
}
