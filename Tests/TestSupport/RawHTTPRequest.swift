import Foundation

/// A request as it came over the wire.
package struct RawHTTPRequest: Sendable {
  package let method: String
  package let path: String
  package let headers: [(name: String, value: String)]
  package let body: String
  /// Counts the server's connections from 1.
  package let connection: Int

  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// Reads requests off one connection; well-formed ones of known length, which is all that clients under
/// test send.
struct RawHTTPReader {
  let connection: Int32
  let number: Int
  private var buffer: [UInt8] = []

  init(connection: Int32, number: Int) {
    self.connection = connection
    self.number = number
  }

  /// Nil when the client has gone.
  mutating func next() -> RawHTTPRequest? {
    let separator = Array("\r\n\r\n".utf8)
    while buffer.firstRange(of: separator) == nil {
      guard readMore() else { return nil }
    }
    guard let end = buffer.firstRange(of: separator) else { return nil }
    let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    buffer.removeSubrange(..<end.upperBound)
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      return (
        name: parts[0],
        value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      )
    }
    let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap {
      Int($0.value)
    }
    while buffer.count < length ?? 0 {
      guard readMore() else { return nil }
    }
    let body = String(decoding: buffer.prefix(length ?? 0), as: UTF8.self)
    buffer.removeFirst(length ?? 0)
    let start = lines[0].split(separator: " ").map(String.init)
    return RawHTTPRequest(
      method: start[0], path: start.count > 1 ? start[1] : "", headers: headers, body: body,
      connection: number)
  }

  mutating func readToEnd() { while readMore() {} }

  private mutating func readMore() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count = recv(connection, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    buffer.append(contentsOf: chunk[..<count])
    return true
  }
}
