import CCurl
import Core
import Dispatch
import Synchronization

/// HTTP/1.1 over libcurl, blocking, with connections kept warm between calls.
///
/// - It follows no redirects and keeps no cookies: whom to trust with credentials is its caller's choice.
/// - A request that changes something goes out on a connection of its own. libcurl repeats a request
///   without a word when a *reused* connection closes before the first byte of the answer, whatever
///   the method (7.88.1), and a second PUT would hide what became of the first.
/// - TLS certificates are verified, `http` and `https` are all it speaks, and the environment's proxy
///   settings are not read.
package final class HTTPClient: Sendable {
  private let options: HTTPClientOptions
  private let seats: DispatchSemaphore
  private let idle = Mutex<[CurlHandle]>([])

  package init(_ options: HTTPClientOptions = HTTPClientOptions()) {
    invariant(options.handles > 0, "a client without handles answers nobody")
    HTTPClient.startLibrary()
    self.options = options
    seats = DispatchSemaphore(value: options.handles)
  }

  /// Sends the request and waits for the whole answer, whatever its status. `deadline` covers everything,
  /// the wait for a free handle too.
  package func send(
    _ request: HTTPRequest, deadline: Duration
  ) throws(HTTPClientError) -> HTTPResponse {
    try request.validate()
    let end = DispatchTime.now() + .milliseconds(Int(deadline.wholeMilliseconds))
    guard seats.wait(timeout: end) == .success else { throw .notSent("all handles are busy") }
    defer { seats.signal() }

    let handle = try takeHandle(for: request.origin)
    defer { idle.withLock { $0.append(handle) } }
    let now = DispatchTime.now().uptimeNanoseconds
    guard now < end.uptimeNanoseconds else { throw .notSent("the deadline passed") }
    let left = Duration.nanoseconds(Int64(end.uptimeNanoseconds - now))
    return try handle.perform(request, options: options, deadline: left)
  }

  /// The handle that spoke to `origin` last, else the one idle for longest, else a new one: no more
  /// than there are seats.
  private func takeHandle(for origin: Substring) throws(HTTPClientError) -> CurlHandle {
    let idleHandle = idle.withLock { idle -> CurlHandle? in
      if let warm = idle.lastIndex(where: { $0.origin == origin }) { return idle.remove(at: warm) }
      return idle.isEmpty ? nil : idle.removeFirst()
    }
    guard let handle = idleHandle ?? CurlHandle() else { throw .notSent("out of memory") }
    handle.origin = String(origin)
    return handle
  }

  /// Before anything else of libcurl's, whoever uses it.
  static func startLibrary() { _ = library }

  /// libcurl wants this once a process, before anything else and while no other thread uses it.
  private static let library: Void = {
    let code = bookend_curl_global_init()
    invariant(code == CURLE_OK, "libcurl starts")
  }()
}
