import Foundation
import Synchronization

/// A server on loopback that answers each request with what a script says, byte for byte, for the faults
/// that no real server produces on demand.
package final class RawHTTPServer: Sendable {
  package enum Action: Sendable {
    case send(String)
    /// Sends the text after a pause that the client has to sit through.
    case trickle(String, pauseMilliseconds: Int)
    /// Closes the connection now; later actions are not reached.
    case close
    /// Says nothing more until the client has gone.
    case awaitClientClose
    /// Calls out, so that a test can act at this moment.
    case call(@Sendable () -> Void)
  }

  package typealias Script = @Sendable (RawHTTPRequest) -> [Action]

  package let port: Int
  package var url: String { "http://127.0.0.1:\(port)" }
  /// Every request read so far, in order of arrival.
  package var requests: [RawHTTPRequest] { state.withLock { $0.requests } }

  private struct State {
    var requests: [RawHTTPRequest] = []
    var connections = 0
    var open: Set<Int32> = []
    var stopped = false
    var isListening = true
  }

  private let listener: Int32
  private let script: Script
  private let state = Mutex(State())

  package init(_ script: @escaping Script) throws {
    self.script = script
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in acceptConnections() }
  }

  /// Closes everything; threads end by themselves.
  package func stop() {
    // Under the lock, because a descriptor that is closed meanwhile may be another server's by now.
    state.withLock { state in
      state.stopped = true
      if state.isListening { shutdown(listener, Int32(SHUT_RDWR)) }
      for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  private func acceptConnections() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else {
        if state.withLock({ $0.stopped }) { break }
        continue
      }
      let number = state.withLock { state in
        state.connections += 1
        state.open.insert(connection)
        return state.connections
      }
      Thread.detachNewThread { [self] in serve(connection, number: number) }
    }
    state.withLock { state in
      state.isListening = false
      close(listener)
    }
  }

  private func serve(_ connection: Int32, number: Int) {
    defer {
      state.withLock { state in
        state.open.remove(connection)
        close(connection)
      }
    }
    var reader = RawHTTPReader(connection: connection, number: number)
    while let request = reader.next() {
      state.withLock { $0.requests.append(request) }
      for action in script(request) {
        switch action {
        case .send(let text): send(text, to: connection)
        case .trickle(let text, let pause):
          var none = pollfd()
          poll(&none, 0, Int32(pause))
          send(text, to: connection)
        case .close: return
        case .awaitClientClose: return reader.readToEnd()
        case .call(let call): call()
        }
      }
    }
  }

  private func send(_ text: String, to connection: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      bytes = bytes.dropFirst(sent)
    }
  }
}

extension RawHTTPServer.Action {
  /// A whole answer with its length.
  package static func answer(
    _ status: Int, headers: [String] = [], _ body: String = ""
  ) -> RawHTTPServer.Action {
    let head = ["HTTP/1.1 \(status) Scripted", "Content-Length: \(body.utf8.count)"] + headers
    return .send(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }
}
