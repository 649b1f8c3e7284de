import Core
import Dispatch
import HTTPClient

/// Carries notifications to those who asked for them, and only on this machine: a test's server must not
/// knock at strangers' doors.
final class Courier: Sendable {
  /// Microsoft waits so long for an endpoint to prove itself.
  private static let patience: Duration = .seconds(10)

  private let client = HTTPClient()
  private let queue = DispatchQueue(label: "sandbox.courier")

  /// Hands the notice over; `done` learns the status, nil where nobody answered.
  func deliver(_ notice: Notice, done: @escaping @Sendable (Int?) -> Void) {
    queue.async { [client] in
      let request = HTTPRequest(
        "POST", notice.url, headers: notice.headers, body: notice.body)
      done(try? client.send(request, deadline: Courier.patience).status)
    }
  }

  /// Asks each endpoint whether it wants what was ordered for it: it answers 200 with the token as plain
  /// text.
  func ask(_ urls: [(url: String, token: String)], done: @escaping @Sendable (Bool) -> Void) {
    queue.async { [client] in
      let agreed = urls.allSatisfy { url, token in
        let joint = url.contains("?") ? "&" : "?"
        let request = HTTPRequest(
          "POST", "\(url)\(joint)validationToken=\(token)",
          headers: [("Content-Type", "text/plain; charset=utf-8")])
        guard let response = try? client.send(request, deadline: Courier.patience) else {
          return false
        }
        return response.status == 200 && response.body == Array(token.utf8)
          && (response.header("content-type") ?? "").hasPrefix("text/plain")
      }
      done(agreed)
    }
  }

  /// Whether the endpoint is on this machine.
  static func reaches(_ url: String) -> Bool {
    guard let scheme = url.range(of: "://") else { return false }
    guard ["http", "https"].contains(url[..<scheme.lowerBound]) else { return false }
    let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
    if authority.hasPrefix("[::1]") { return true }
    return ["127.0.0.1", "localhost"].contains(authority.prefix { $0 != ":" })
  }
}

extension World {
  mutating func noted(_ number: Int, status: Int?) {
    guard let index = notices.lastIndex(where: { $0.number == number }) else { return }
    notices[index].status = status
  }

  /// Files a notice; it goes out as the settings say.
  mutating func notify(
    _ provider: ProviderName, url: String, headers: [(name: String, value: String)],
    body: [UInt8] = []
  ) {
    let times = [.dropped: 0, .sent: 1, .doubled: 2][settings.notifications] ?? 1
    for _ in 0..<times {
      let notice = Notice(
        number: nextNumber(), time: now, provider: provider, url: url, headers: headers, body: body)
      notices.append(record: notice)
      outgoing.append(notice.number)
    }
  }
}
