import Glibc

/// A small blocking HTTP/1.1 client over a raw socket, so that a test can also send what no real client
/// would. Every wait has a limit. Not for several threads at once.
package final class HTTPTestClient {
  package enum Failure: Error, Equatable {
    case connect(errno: Int32)
    case send(errno: Int32)
    /// Nothing came within the limit.
    case timedOut
    /// The connection ended; `partial` bytes of an answer had come.
    case closed(partial: Int)
    case reset
    case notHTTP(String)
  }

  private let descriptor: Int32
  private var received: [UInt8] = []
  private var isOpen = true

  package init(port: UInt16, timeoutSeconds: Int = 10) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var yes: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      let reason = errno
      Glibc.close(descriptor)
      isOpen = false
      throw Failure.connect(errno: reason)
    }
  }

  deinit { close() }

  package func close() {
    if isOpen { Glibc.close(descriptor) }
    isOpen = false
  }

  package func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Sends a text and closes our side with its last byte, so that the peer hears of both at once.
  package func sendLast(_ text: String) throws {
    try send(Array(text.utf8), flags: Int32(MSG_MORE))
    shutdown(descriptor, Int32(SHUT_WR))
  }

  package func send(_ bytes: [UInt8], flags: Int32 = 0) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
          Int32(MSG_NOSIGNAL) | flags)
      }
      guard count > 0 else { throw Failure.send(errno: errno) }
      sent += count
    }
  }

  /// Sends a request with `Host` and, where there is a body, `Content-Length`, and reads its answer.
  package func request(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) throws -> HTTPTestResponse {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
    try send(Array((head + "\r\n").utf8) + body)
    return try response(hasBody: method != "HEAD")
  }

  /// Reads one answer, leaving what follows it for the next; 100 Continue is skipped.
  package func response(hasBody: Bool = true) throws -> HTTPTestResponse {
    var response = try head()
    while response.status == 100 { response = try head() }
    guard hasBody, response.status != 204, response.status != 304 else { return response }
    if let length = response["content-length"].flatMap({ Int($0) }) {
      response.body = try take(length)
    } else if response["transfer-encoding"] == "chunked" {
      while let chunk = try chunk() { response.body += chunk }
    } else {
      response.body = try rest()
    }
    return response
  }

  /// Reads an answer's head only; `chunk` reads on where it streams.
  package func head() throws -> HTTPTestResponse {
    let lines = try line(endingIn: "\r\n\r\n").split(
      separator: "\r\n", omittingEmptySubsequences: false)
    let status = lines[0].split(separator: " ")
    guard status.count >= 2, status[0].hasPrefix("HTTP/1."), let code = Int(status[1]) else {
      throw Failure.notHTTP(String(lines[0]))
    }
    var response = HTTPTestResponse(status: code)
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      response.headers.append((line[..<colon].lowercased(), String(value)))
    }
    return response
  }

  /// The next chunk of a chunked body, nil at its end.
  package func chunk() throws -> [UInt8]? {
    let size = try line(endingIn: "\r\n")
    guard let count = Int(size, radix: 16) else { throw Failure.notHTTP(size) }
    let bytes = try take(count)
    _ = try take(2)
    return count == 0 ? nil : bytes
  }

  /// Everything up to the connection's end.
  package func rest() throws -> [UInt8] {
    while true {
      do { try receive() } catch Failure.closed { break }
    }
    defer { received = [] }
    return received
  }

  /// Waits for the peer to close and tells whether it did so without sending more.
  package func isClosedByPeer() -> Bool {
    do {
      try receive()
      return false
    } catch Failure.closed(let partial) {
      return partial == 0
    } catch {
      return error as? Failure == .reset
    }
  }

  private func take(_ count: Int) throws -> [UInt8] {
    while received.count < count { try receive() }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  private func line(endingIn end: String) throws -> String {
    let end = Array(end.utf8)
    var from = 0
    while true {
      if received.count >= end.count {
        for start in from...(received.count - end.count)
        where received[start..<(start + end.count)].elementsEqual(end) {
          defer { received.removeFirst(start + end.count) }
          return String(decoding: received[..<start], as: UTF8.self)
        }
        from = received.count - end.count
      }
      try receive()
    }
  }

  private func receive() throws {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 {
      received.append(contentsOf: buffer[..<count])
    } else if count == 0 {
      throw Failure.closed(partial: received.count)
    } else {
      throw errno == EAGAIN ? Failure.timedOut : Failure.reset
    }
  }
}
