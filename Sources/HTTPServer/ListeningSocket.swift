import CMicroHTTPD
import Glibc

/// A bound, listening, non-blocking socket.
struct ListeningSocket {
  let descriptor: Int32
  /// The port in use, also where the system chose it.
  let port: UInt16

  /// As many as the kernel allows: it cuts this to net.core.somaxconn.
  private static let backlog: Int32 = 4096

  init(address: String, port: UInt16) throws(HTTPServerError) {
    func failure(_ step: HTTPServerError.Step) -> HTTPServerError {
      .cannotListen(address: address, port: port, step: step, errno: errno)
    }
    guard let (family, fill) = ListeningSocket.parse(address) else {
      throw .notAnAddress(address)
    }
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, type, 0)
    guard descriptor >= 0 else { throw failure(.socket) }
    var isDone = false
    defer { if !isDone { Glibc.close(descriptor) } }

    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
    var storage = sockaddr_storage()
    let length = fill(&storage, port)
    let bound = withSocketAddress(&storage) { bind(descriptor, $0, length) }
    guard bound == 0 else { throw failure(.bind) }
    guard listen(descriptor, ListeningSocket.backlog) == 0 else { throw failure(.listen) }

    var actualLength = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let named = withSocketAddress(&storage) { getsockname(descriptor, $0, &actualLength) }
    guard named == 0 else { throw failure(.listen) }
    self.descriptor = descriptor
    self.port = withUnsafeBytes(of: &storage) {
      // The port is the second field of both families' addresses.
      UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
    isDone = true
  }

  func close() { Glibc.close(descriptor) }

  private typealias Fill = (inout sockaddr_storage, UInt16) -> socklen_t

  private static func parse(_ address: String) -> (family: Int32, fill: Fill)? {
    var v4 = in_addr()
    if inet_pton(AF_INET, address, &v4) == 1 {
      return (
        AF_INET,
        { storage, port in
          var whole = sockaddr_in()
          whole.sin_family = sa_family_t(AF_INET)
          whole.sin_port = port.bigEndian
          whole.sin_addr = v4
          withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: whole, as: sockaddr_in.self) }
          return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
      )
    }
    var v6 = in6_addr()
    if inet_pton(AF_INET6, address, &v6) == 1 {
      return (
        AF_INET6,
        { storage, port in
          var whole = sockaddr_in6()
          whole.sin6_family = sa_family_t(AF_INET6)
          whole.sin6_port = port.bigEndian
          whole.sin6_addr = v6
          withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: whole, as: sockaddr_in6.self) }
          return socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
      )
    }
    return nil
  }
}

func withSocketAddress<Result>(
  _ storage: inout sockaddr_storage, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
) -> Result {
  withUnsafeMutablePointer(to: &storage) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
  }
}
