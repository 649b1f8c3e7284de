import Core
import HTTPServer
import Synchronization
import TestSupport

/// An address that providers call when a calendar has changed: it proves itself as Graph wants it, and keeps
/// what it heard.
final class Doorbell: Sendable {
  struct Ring: Sendable {
    let path: String
    /// By name in lower case.
    let headers: [String: String]
    let body: JSON

    /// What Graph tells, of changes or of the watch itself.
    var notice: JSON? { body["value"]?.array?.first }
  }

  let rings = Awaited<Ring>()
  private let questions: Questions
  private let server: HTTPServer

  private final class Questions: Sendable {
    let count = Mutex(0)
  }

  /// One that does not know the right answer answers with this status.
  init(answering status: Int = 200) throws {
    let rings = rings
    let questions = Questions()
    self.questions = questions
    var configuration = HTTPServer.Configuration()
    configuration.port = 0
    server = HTTPServer(
      configuration: configuration,
      handler: { request, responder in
        if let token = request.query.first(where: { $0.name == "validationToken" })?.value {
          questions.count.withLock { $0 += 1 }
          return responder.send(
            Response(status: status, headers: [("Content-Type", "text/plain")], text: token))
        }
        var headers: [String: String] = [:]
        for field in request.headers.all { headers[field.name.lowercased()] = field.value }
        rings.give(
          Ring(
            path: request.path, headers: headers,
            body: (try? JSON.parse(request.body)) ?? .null))
        responder.send(Response(status: 202))
      }, log: .discarded)
    try server.start()
  }

  /// How often somebody has asked whether the address is ours.
  var timesAsked: Int { questions.count.withLock { $0 } }

  func address(_ name: String) -> String {
    "http://127.0.0.1:\(server.boundPort ?? 0)/hooks/\(name)"
  }

  deinit { server.stop(by: SystemTime().monotonic() + .seconds(5)) }
}
