import CMicroHTTPD

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
  var peer: RemoteAddress { RemoteAddress(bookend_mhd_peer(pointer)) }

  /// Bytes of the request line and the headers together.
  var headerSize: Int { bookend_mhd_header_size(pointer) }

  func queue(_ reply: OpaquePointer, status: Int) -> Bool {
    MHD_queue_response(pointer, UInt32(status), reply) == .YES
  }

  /// Copies the request's header fields. Nil where a name is no token: whitespace before the colon must
  /// not be forgiven (RFC 9112 section 5.1), for a proxy may have read such a field otherwise.
  func headers() -> RequestHeaders? {
    var copy = HeaderCopy()
    copy.headers.reserve(fields: 8, bytes: max(headerSize, 0))
    withUnsafeMutablePointer(to: &copy) {
      _ = MHD_get_connection_values_n(pointer, .HEADER_KIND, copyHeader, $0)
    }
    return copy.isValid ? copy.headers : nil
  }
}

private struct HeaderCopy {
  var headers = RequestHeaders()
  var isValid = true
}

private func copyHeader(
  context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?,
  nameSize: Int, value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
  guard let copy = context?.assumingMemoryBound(to: HeaderCopy.self) else { return .NO }
  let name = UnsafeRawBufferPointer(start: name, count: nameSize)
  guard !name.isEmpty, name.allSatisfy(isTokenCharacter) else {
    copy.pointee.isValid = false
    return .NO
  }
  let value = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueSize)
  copy.pointee.headers.append(name: name, value: value)
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
