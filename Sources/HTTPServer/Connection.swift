import CMicroHTTPD
import Glibc

/// A connection of libmicrohttpd, which owns it. Everything but `resume` belongs to the connection's
/// event loop.
///
/// `@unchecked Sendable`: the pointer goes to other threads for `resume` alone, which the library lets any
/// thread call, and only while the connection is parked, when it cannot die.
struct Connection: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  /// Takes the connection off its event loop: it is neither read nor timed out until `resume`.
  func park() { MHD_suspend_connection(pointer) }

  func resume() { MHD_resume_connection(pointer) }

  var socket: Int32 { bookend_mhd_socket(pointer) }
  /// What `countConnection` has left with it.
  var openSocket: OpenSocket? {
    bookend_mhd_socket_context(pointer).map {
      Unmanaged<OpenSocket>.fromOpaque($0).takeUnretainedValue()
    }
  }
  var peer: RemoteAddress { RemoteAddress(bookend_mhd_peer(pointer)) }

  /// Bytes of the request line and the headers together.
  var headerSize: Int { bookend_mhd_header_size(pointer) }

  func queue(_ reply: OpaquePointer, status: Int) -> Bool {
    MHD_queue_response(pointer, UInt32(status), reply) == .YES
  }

  /// Copies the request's header fields. Nil where they are not written as RFC 9112 section 5 wants:
  /// a name that is no token (whitespace before the colon among them), or fields that do not lie
  /// seamlessly from the request line to the empty line. The library forgives folded lines, bare line
  /// feeds and NULs, and takes a line that begins with a colon for the end of the headers; a proxy may
  /// read all of these otherwise, and one request could hide in another.
  func headers(method: UnsafePointer<CChar>, version: UnsafePointer<CChar>) -> RequestHeaders? {
    let size = headerSize
    var copy = HeaderCopy(lineEnd: UnsafeRawPointer(version + strlen(version)))
    copy.headers.reserve(fields: 8, bytes: size)
    withUnsafeMutablePointer(to: &copy) {
      _ = MHD_get_connection_values_n(pointer, .HEADER_KIND, copyHeader, $0)
    }
    let emptyLine = copy.lineEnd + lineBreak
    let end = UnsafeRawPointer(method) + size
    return copy.isValid && emptyLine + lineBreak == end ? copy.headers : nil
  }
}

/// Bytes of a CRLF.
private let lineBreak = 2

private struct HeaderCopy {
  var headers = RequestHeaders()
  var isValid = true
  /// Where the line before has ended, in the connection's memory.
  var lineEnd: UnsafeRawPointer
}

private func copyHeader(
  context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?,
  nameSize: Int, value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
  guard let copy = context?.assumingMemoryBound(to: HeaderCopy.self) else { return .NO }
  let nameBytes = UnsafeRawBufferPointer(start: name, count: nameSize)
  guard let name, let value, UnsafeRawPointer(name) == copy.pointee.lineEnd + lineBreak,
    !nameBytes.isEmpty, nameBytes.allSatisfy(isTokenCharacter)
  else {
    copy.pointee.isValid = false
    return .NO
  }
  let valueBytes = UnsafeRawBufferPointer(start: value, count: valueSize)
  copy.pointee.headers.append(name: nameBytes, value: valueBytes)
  copy.pointee.lineEnd = UnsafeRawPointer(value + valueSize)
  return .YES
}

/// RFC 9110 section 5.6.2.
private func isTokenCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
    UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
    UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
    UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"),
    UInt8(ascii: "~"):
    true
  default: false
  }
}
