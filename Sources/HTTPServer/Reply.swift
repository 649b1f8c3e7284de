import CMicroHTTPD
import Core

/// An answer in the library's form, owned until it has been queued.
struct Reply: ~Copyable {
  private let pointer: OpaquePointer?
  private let status: Int

  /// An answer that cannot be sent as it is becomes a 500: its headers are a programmer's error.
  init(_ response: Response, connection: Connection, server: Transport) {
    if let pointer = Reply.make(response, connection: connection, server: server) {
      self.pointer = pointer
      status = response.status
    } else {
      server.log(.invalidResponse(status: response.status))
      response.stream?.close()
      pointer = Reply.make(.internalError, connection: connection, server: server)
      status = Response.internalError.status
    }
  }

  deinit {
    if let pointer { MHD_destroy_response(pointer) }
  }

  func queue(on connection: Connection) -> Bool {
    guard let pointer else { return false }
    return connection.queue(pointer, status: status)
  }

  private static func make(
    _ response: Response, connection: Connection, server: Transport
  ) -> OpaquePointer? {
    guard (200...599).contains(response.status), let reply = body(response, connection, server)
    else { return nil }
    for header in response.headers
    where MHD_add_response_header(reply, header.name, header.value) != .YES {
      MHD_destroy_response(reply)
      return nil
    }
    if server.exchanges.isDraining { MHD_add_response_header(reply, "Connection", "close") }
    return reply
  }

  private static func body(
    _ response: Response, _ connection: Connection, _ server: Transport
  ) -> OpaquePointer? {
    switch response.body {
    case .bytes(let bytes):
      return bytes.withUnsafeBytes {
        MHD_create_response_from_buffer(
          $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
      }
    case .stream(let stream):
      let delivery = StreamDelivery(stream, connection: connection, server: server)
      let context = Unmanaged.passRetained(delivery).toOpaque()
      let reply = MHD_create_response_from_callback(
        UInt64.max, StreamDelivery.blockSize, readStream, context, releaseStream)
      if reply == nil { releaseStream(context: context) }
      return reply
    case .brokenOff(let bytes, let count):
      let delivery = BrokenDelivery(bytes.prefix(count))
      let context = Unmanaged.passRetained(delivery).toOpaque()
      let reply = MHD_create_response_from_callback(
        UInt64(bytes.count), StreamDelivery.blockSize, readBroken, context, releaseBroken)
      if reply == nil { releaseBroken(context: context) }
      return reply
    }
  }
}
