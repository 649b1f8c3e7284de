import Core
import Crypto
import HTTPServer

/// A file that pages load. Its address on a page names its content, so that it may be kept for
/// ever.
struct Asset: Sendable {
  let path: StaticString
  private let type: String
  private let content: [UInt8]
  private let tag: String

  static let stylesheet = Asset("/assets/bookend.css", "text/css; charset=utf-8", stylesheetText)
  static let zoneScript = Asset(
    "/assets/bookend.js", "text/javascript; charset=utf-8", zoneScriptText)
  static let liveScript = Asset(
    "/assets/live.js", "text/javascript; charset=utf-8", liveScriptText)

  private init(_ path: StaticString, _ type: String, _ text: String) {
    self.path = path
    self.type = type
    content = Array(text.utf8)
    tag = base64url(sha256(content).prefix(9))
  }

  var versionedPath: String { "\(path)?v=\(tag)" }

  func send(_ routed: RoutedRequest, _ responder: Responder) {
    let headers: [Response.Header] = [
      ("Content-Type", type), ("ETag", "\"\(tag)\""), ("X-Content-Type-Options", "nosniff"),
      ("Cache-Control", "public, max-age=31536000, immutable"),
    ]
    let isKnown = routed.request.hasSeen("\"\(tag)\"")
    responder.send(
      isKnown
        ? Response(status: 304, headers: headers)
        : Response(status: 200, headers: headers, body: content))
  }
}

extension Request {
  /// Whether `If-None-Match` names this entity tag (RFC 9110 section 13.1.2, compared weakly).
  func hasSeen(_ tag: String) -> Bool {
    headers.values("if-none-match").contains { header in
      header.split(separator: ",").contains { candidate in
        let candidate = candidate.drop { $0 == " " }
        return candidate == "*" || candidate.trimmingSuffix(" ") == tag
          || candidate.trimmingSuffix(" ") == "W/\(tag)"
      }
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ character: Character) -> Substring {
    var text = self
    while text.last == character { text = text.dropLast() }
    return text
  }
}
