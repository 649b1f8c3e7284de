import Glibc

/// A request while it is being received, and every reason for which it is refused before a handler sees
/// it. One event loop owns it.
struct Reception {
  enum Step {
    case receive
    /// Answer at once and close, without reading on.
    case refuse(Response)
  }

  struct Refusal: Error {
    let response: Response
  }

  /// What is read and thrown away of a body that is refused, so that its sender gets to read the answer: a
  /// socket closed with unread bytes is reset, and some clients lose the answer then. Past this the
  /// connection is closed.
  static let discardLimit = 1 << 20

  private(set) var hasBegun = false
  private(set) var isHead = false
  private let limits: HTTPServer.Configuration
  private let target: RequestTarget?
  private var method = Method.get
  private var headers = RequestHeaders()
  private var body: [UInt8] = []
  private var discarded = 0
  private var refusal: Response?

  init(target: UnsafeBufferPointer<UInt8>, limits: HTTPServer.Configuration) {
    self.limits = limits
    if target.count > limits.targetLimit {
      self.target = nil
      refusal = .targetTooLong(limit: limits.targetLimit)
    } else {
      self.target = RequestTarget(target)
      if self.target == nil { refusal = .malformed("The request target is not valid.") }
    }
  }

  mutating func begin(
    method name: UnsafePointer<CChar>, version: UnsafePointer<CChar>, connection: Connection
  ) -> Step {
    hasBegun = true
    guard connection.headerSize <= limits.headerLimit else {
      return .refuse(.headersTooLarge(limit: limits.headerLimit))
    }
    guard let headers = connection.headers(method: name, version: version) else {
      return .refuse(.malformed("The header fields are not valid."))
    }
    guard headers.count <= limits.headerCountLimit else {
      return .refuse(.tooManyHeaders(limit: limits.headerCountLimit))
    }
    self.headers = headers
    let method = Method(rawValue: String(cString: name))
    isHead = method == .head
    self.method = isHead ? .get : method
    if refusal == nil, !limits.methods.contains(method) {
      refusal = .methodNotAllowed(limits.methods)
    }
    return framing()
  }

  /// Where the body ends must be said in one way only: two readings of it let one request hide in another
  /// (RFC 9112 section 6.3).
  private mutating func framing() -> Step {
    let lengths = headers.values("content-length")
    let codings = headers.values("transfer-encoding")
    guard lengths.count + codings.count <= 1 else {
      return .refuse(.malformed("The body's length is given more than once."))
    }
    if let coding = codings.first {
      guard coding.lowercased() == "chunked" else {
        return .refuse(.malformed("Transfer-Encoding can only be chunked."))
      }
      return refusal.map(Step.refuse) ?? .receive
    }
    guard let length = lengths.first.map({ Int($0) ?? .max }), length > 0 else { return .receive }
    if length > limits.bodyLimit, refusal == nil {
      refusal = .bodyTooLarge(limit: limits.bodyLimit)
    }
    if let refusal {
      let waits = headers["expect"] != nil
      return waits || length > Reception.discardLimit ? .refuse(refusal) : .receive
    }
    body.reserveCapacity(length)
    return .receive
  }

  /// False when the connection should be closed without an answer.
  mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if refusal == nil, body.count + bytes.count > limits.bodyLimit {
      refusal = .bodyTooLarge(limit: limits.bodyLimit)
      discarded = body.count
      body = []
    }
    guard refusal == nil else {
      discarded += bytes.count
      return discarded <= limits.bodyLimit + Reception.discardLimit
    }
    body.append(contentsOf: bytes)
    return true
  }

  mutating func finish(connection: Connection) -> Result<Request, Refusal> {
    guard refusal == nil, let target else {
      return .failure(Refusal(response: refusal ?? .internalError))
    }
    return .success(
      Request(
        method: method, path: target.path, query: target.query, headers: headers, body: body,
        remoteAddress: connection.peer))
  }
}
