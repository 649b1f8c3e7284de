import Core

extension HTTPServer {
  /// Where to listen, and every limit of the transport.
  package struct Configuration: Sendable {
    /// An IPv4 or IPv6 address. A proxy with TLS stands in front, so the default is not reachable from
    /// outside.
    package var address = "127.0.0.1"
    /// 0 leaves the choice to the system.
    package var port: UInt16 = 0
    /// Threads that read requests and write answers; handlers run on them and must not block. Two are
    /// enough for a hundred thousand requests a second.
    package var eventLoops = 2
    /// More than this many at once are answered 503. Each holds about 34 kB and one descriptor.
    package var maximumConnections = 10_000
    /// How long a connection may be silent, in the middle of a request or between two, or not take what
    /// it is sent; in whole seconds. Does not count while an answer is outstanding.
    package var idleTimeout: Duration = .seconds(30)
    /// How long a connection may wait for a whole request, from its opening or its last answer on, however
    /// its bytes drip in. Longer than `idleTimeout`, or it closes connections that are kept alive.
    package var requestTimeout: Duration = .seconds(60)
    /// Bytes of the request target. 8000 octets are what a server should at least take (RFC 9112
    /// section 3).
    package var targetLimit = 8 << 10
    /// Bytes of the request line and the headers together.
    package var headerLimit = 16 << 10
    package var headerCountLimit = 100
    /// Bytes of a body. The largest that Bookend's own interface takes is a page of JSON.
    package var bodyLimit = 1 << 20
    /// Any other method is answered 405.
    package var methods = Method.usual

    package init() {}

    /// The library parses within one block of memory a connection, which it clears after each request:
    /// the headers lie in it twice at most (cookies are copied), and the answer's head goes there too.
    var connectionMemory: Int { 2 * headerLimit }
  }
}
