import CMicroHTTPD
import Glibc

/// One thread of libmicrohttpd and the connections given to it.
///
/// The library could listen and spread connections over a thread pool itself, but then a drain needs
/// `MHD_quiesce_daemon`, which in 0.9.75 races with its own threads over who takes the listening socket
/// out of the epoll set, and aborts the process when it loses.
///
/// `@unchecked Sendable`: the library's functions used here may be called from any thread; `stop` is the
/// server's to call once, when nobody adds any more.
final class EventLoop: @unchecked Sendable {
  private let daemon: OpaquePointer
  private let context: Unmanaged<Transport>

  /// Nil when the system gives no thread or descriptor.
  init?(server: Transport) {
    context = .passRetained(server)
    var settings = bookend_mhd_settings(
      idle_timeout_seconds: UInt32(server.configuration.idleTimeout.components.seconds),
      connection_memory: server.configuration.connectionMemory,
      access: serve, request_line: beginExchange, completed: endExchange,
      connection: countConnection, context: context.toOpaque())
    guard let daemon = bookend_mhd_start(&settings) else {
      context.release()
      return nil
    }
    self.daemon = daemon
  }

  /// Takes over `socket`, and closes it when it cannot.
  func add(_ socket: Int32, peer: UnsafePointer<sockaddr>, length: socklen_t) -> Bool {
    MHD_add_connection(daemon, socket, peer, length) == .YES
  }

  /// Closes what is left and joins the thread. No connection may be parked.
  func stop() {
    MHD_stop_daemon(daemon)
    context.release()
  }
}

// The library's callbacks, on its own thread.

private func beginExchange(
  context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let context, let target, let connection else { return nil }
  let server = Unmanaged<Transport>.fromOpaque(context).takeUnretainedValue()
  let exchange = Exchange(
    server: server, connection: Connection(connection), target: wholeTarget(target))
  return Unmanaged.passRetained(exchange).toOpaque()
}

/// The target as it was sent. The library hands out a C string, which a NUL in the target would shorten;
/// behind the string's end lies the protocol version, so what lies there tells whether it is whole. An
/// empty target is refused later.
private func wholeTarget(_ target: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
  let length = strlen(target)
  guard strncmp(target + length + 1, "HTTP/", 5) == 0 else {
    return UnsafeBufferPointer(start: nil, count: 0)
  }
  let bytes = UnsafeRawPointer(target).assumingMemoryBound(to: UInt8.self)
  return UnsafeBufferPointer(start: bytes, count: length)
}

private func serve(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer?, target: UnsafePointer<CChar>?,
  method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?,
  upload: UnsafePointer<CChar>?, uploadSize: UnsafeMutablePointer<Int>?,
  request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let method, let version, let uploadSize, let exchange = request?.pointee else { return .NO }
  let bytes = UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : uploadSize.pointee)
  uploadSize.pointee = 0
  return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue()
    .advance(method: method, version: version, upload: bytes)
}

private func endExchange(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
  request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  reason: MHD_RequestTerminationCode
) {
  guard let exchange = request?.pointee else { return }
  request?.pointee = nil
  Unmanaged<Exchange>.fromOpaque(exchange).takeRetainedValue().completed()
}

private func countConnection(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
  own: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, change: MHD_ConnectionNotificationCode
) {
  guard let context, let connection else { return }
  let server = Unmanaged<Transport>.fromOpaque(context).takeUnretainedValue()
  if change == .CONNECTION_NOTIFY_STARTED {
    let socket = server.sockets.opened(Connection(connection).socket)
    own?.pointee = Unmanaged.passRetained(socket).toOpaque()
  } else {
    if let socket = own?.pointee {
      server.sockets.closed(Unmanaged<OpenSocket>.fromOpaque(socket).takeRetainedValue())
    }
    server.connections.subtract(1, ordering: .relaxed)
  }
}
