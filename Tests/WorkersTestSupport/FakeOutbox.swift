import Mail
import Synchronization

/// Where messages leave us, in memory; it keeps what it took when its answer gets lost.
package final class FakeOutbox: MailTransport {
  private struct State {
    var messages: [Message] = []
    var losesAnswers = 0
    var refusals: [MailError] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// In the order in which they were handed over, repeats included.
  package var messages: [Message] { state.withLock { $0.messages } }

  package func forget() { state.withLock { $0.messages = [] } }

  package func loseAnswer() { state.withLock { $0.losesAnswers += 1 } }

  package func forgetFaults() { state.withLock { $0.losesAnswers = 0 } }

  /// The next messages are not taken, for these reasons.
  package func refuse(_ errors: MailError...) { state.withLock { $0.refusals += errors } }

  package func send(_ message: Message) throws(MailError) -> Handover {
    let failure = state.withLock { state -> MailError? in
      if !state.refusals.isEmpty { return state.refusals.removeFirst() }
      state.messages.append(message)
      defer { state.losesAnswers = max(0, state.losesAnswers - 1) }
      return state.losesAnswers > 0 ? .unknownOutcome(reason: "the answer was lost") : nil
    }
    if let failure { throw failure }
    return Handover(answer: "250 taken")
  }
}
