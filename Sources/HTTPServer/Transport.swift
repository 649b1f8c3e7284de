import Core
import Synchronization

/// What the event loops of one server share.
final class Transport: Sendable {
  let configuration: HTTPServer.Configuration
  let handler: Handler
  let log: Log
  let exchanges = Exchanges()
  let closeWatcher: CloseWatcher
  /// Open connections, from the accept to the close.
  let connections = Atomic(0)
  let sockets: OpenSockets
  let time: any TimeSource

  init(
    configuration: HTTPServer.Configuration, handler: @escaping Handler, log: Log,
    closeWatcher: CloseWatcher, time: any TimeSource
  ) {
    self.configuration = configuration
    self.handler = handler
    self.log = log
    self.closeWatcher = closeWatcher
    self.time = time
    sockets = OpenSockets(requestTimeout: configuration.requestTimeout, time: time)
  }
}
