import Glibc

/// Why a server did not start.
package enum HTTPServerError: Error, Hashable, CustomStringConvertible {
  package enum Step: String, Sendable {
    case socket, bind, listen
  }

  /// Neither an IPv4 nor an IPv6 address; names are not looked up.
  case notAnAddress(String)
  case cannotListen(address: String, port: UInt16, step: Step, errno: Int32)
  /// The system gave no thread or descriptor for an event loop.
  case noEventLoop
  /// A server is started once.
  case alreadyStarted

  package var description: String {
    switch self {
    case .notAnAddress(let text):
      "cannot listen on \"\(text)\": it is not an IP address"
    case .cannotListen(let address, let port, let step, let errno):
      "cannot listen on \(address) port \(port): \(String(cString: strerror(errno))) (\(step.rawValue))"
    case .noEventLoop:
      "cannot start an event loop: the system gives no more threads or descriptors"
    case .alreadyStarted:
      "the server has been started before"
    }
  }
}
