import CMicroHTTPD

/// A stream on its connection, held by the library for as long as the answer lasts.
final class StreamDelivery {
  /// The library asks for at most this much at a time; an event is smaller.
  static let blockSize = 4096

  private let stream: EventStream
  private let server: Transport
  private let watch: CloseWatcher.Watch?

  init(_ stream: EventStream, connection: Connection, server: Transport) {
    self.stream = stream
    self.server = server
    stream.attach(to: connection)
    server.exchanges.add(stream)
    watch = server.closeWatcher.watch(connection.socket) { [stream] in stream.abort() }
  }

  deinit {
    if let watch { server.closeWatcher.end(watch) }
    server.exchanges.remove(stream)
    stream.close()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    switch stream.deliver(into: buffer) {
    case .bytes(let count): count
    case .wait: 0
    case .end: StreamDelivery.endOfStream
    case .abort: StreamDelivery.brokenOff
    }
  }

  // The library's macros of these names are casts, which Swift does not import.
  private static let endOfStream = -1
  static let brokenOff = -2
}

func readStream(
  context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?,
  size: Int
) -> Int {
  guard let context else { return 0 }
  let delivery = Unmanaged<StreamDelivery>.fromOpaque(context).takeUnretainedValue()
  return delivery.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

func releaseStream(context: UnsafeMutableRawPointer?) {
  if let context { Unmanaged<StreamDelivery>.fromOpaque(context).release() }
}
