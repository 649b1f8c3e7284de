import Core
import HTTPServer

/// What every page begins with while the server's clock is not the world's: nobody shall take a rehearsal for
/// a booking.
struct RehearsalBanner: Sendable {
  private let time: any TimeSource

  init(_ time: any TimeSource) { self.time = time }

  /// The answer with the banner in it, where it is one of our pages.
  func added(to response: Response) -> Response {
    guard case .bytes(let bytes) = response.body,
      response.headers.contains(where: { $0.name == "Content-Type" && $0.value == Page.type }),
      let place = bytes.firstRange(of: Array("<body>".utf8))
    else { return response }
    var response = response
    response.body = .bytes(bytes[..<place.upperBound] + html.bytes + bytes[place.upperBound...])
    return response
  }

  private var html: HTML {
    let now = time.now()
    let clock = DateText(zone: .utc, clock: .hours24)
    return element(
      "div", HTMLAttribute("class", "rehearsal"), HTMLAttribute("role", "status")
    ) {
      "Rehearsal: this server’s clock is set to \(clock.day(clock.date(of: now))), "
        + "\(clock.time(now)) UTC."
    }
  }
}
