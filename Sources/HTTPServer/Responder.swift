import Core
import Synchronization

/// Performs one request: answers through the responder, now or later, from any thread. It runs on the
/// event loop that serves the connection, so it must not block; while an answer is outstanding no thread
/// is held.
package typealias Handler = @Sendable (Request, Responder) -> Void

/// The right to answer one request, to be used exactly once. Losing it unused answers 500 and logs an
/// error, so that no connection hangs on a mistake.
package final class Responder: Sendable {
  private let exchange: Exchange
  private let used = Atomic(false)

  init(_ exchange: Exchange) { self.exchange = exchange }

  deinit {
    if !used.load(ordering: .relaxed) { exchange.answerForLostResponder() }
  }

  /// Answers the request. Nobody is told when the client has gone meanwhile: an answer has no value then.
  package func send(_ response: Response) {
    invariant(!used.exchange(true, ordering: .relaxed), "a request is answered once")
    exchange.answer(.response(response))
  }

  /// Closes the connection without a word, as a server does that dies before it answers. For trying
  /// clients out.
  package func hangUp() {
    invariant(!used.exchange(true, ordering: .relaxed), "a request is answered once")
    exchange.answer(.hangUp)
  }

  /// Runs `body` soon on the event loop of the request, where it may answer it: for what comes by a thread
  /// that has better to do than writing an answer, such as the one that commits. Never, where the client
  /// has gone meanwhile.
  package func onEventLoop(_ body: @escaping @Sendable () -> Void) {
    if !exchange.onEventLoop(body) { used.store(true, ordering: .relaxed) }
  }
}
