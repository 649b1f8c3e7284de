import Mail
import Synchronization

/// Where messages leave us, in memory; it keeps what it took when its answer gets lost.
package final class FakeOutbox: MailTransport {
  private struct State {
    var messages: [Message] = []
    var losesAnswers = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// In the order in which they were handed over, repeats included.
  package var messages: [Message] { state.withLock { $0.messages } }

  package func loseAnswer() { state.withLock { $0.losesAnswers += 1 } }

  package func forgetFaults() { state.withLock { $0.losesAnswers = 0 } }

  package func send(_ message: Message) throws(MailError) {
    let isLost = state.withLock { state in
      state.messages.append(message)
      defer { state.losesAnswers = max(0, state.losesAnswers - 1) }
      return state.losesAnswers > 0
    }
    if isLost { throw .transient(reason: "the answer was lost") }
  }
}
