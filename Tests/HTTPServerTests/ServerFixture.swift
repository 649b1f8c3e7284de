import Core
import HTTPServer
import Synchronization
import TestSupport

/// A server on a port of the system's choice, stopped when the test ends.
final class ServerFixture {
  let server: HTTPServer
  let port: UInt16
  private let lines: LogLines

  init(
    time: any TimeSource = SystemTime(),
    configure: (inout HTTPServer.Configuration) -> Void = { _ in }, handler: @escaping Handler
  ) throws {
    var configuration = HTTPServer.Configuration()
    configure(&configuration)
    let lines = LogLines()
    self.lines = lines
    let log = Log(time: SystemTime(), sink: { lines.append($0) })
    server = HTTPServer(
      configuration: configuration, handler: handler, log: log, time: time)
    try server.start()
    port = server.boundPort ?? 0
  }

  deinit { stop(within: .zero) }

  func client() throws -> HTTPTestClient { try HTTPTestClient(port: port) }

  func stop(within limit: Duration) { server.stop(by: SystemTime().monotonic() + limit) }

  /// Waits until the log has a line with this text.
  func logs(_ text: String) -> Bool { lines.wait(for: text) }
}
