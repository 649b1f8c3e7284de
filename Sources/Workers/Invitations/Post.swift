import Bookings
import Core
import Mail
import Queue

/// Hands messages over, each once as far as that can be had: SMTP knows no way to ask whether a message was
/// taken, so a row says that it is about to be handed over, and a later one what came of it.
///
///     nothing known ──▶ handing ──▶ sent
///                          │  ╲──▶ notTaken ──▶ handing ──▶ …      the server said "later"
///                          │   ╲─▶ refused                         the server said "never"
///                          ▼
///        the process died, or no answer came: nobody knows. By the message's own policy it is handed over
///        again, as the same mail, or `held` until an operator retries the job.
struct Post: Sendable {
  private let records: any MailRecords
  private let transport: any MailTransport
  private let time: any TimeSource

  /// A connection is free again when one of the messages before is through.
  private static let waitForConnection = Duration.seconds(3)

  init(records: any MailRecords, transport: any MailTransport, time: any TimeSource) {
    self.records = records
    self.transport = transport
    self.time = time
  }

  /// What is to be returned for a message of which there is nothing left to do.
  func known(_ mail: Outgoing) throws(JobError) -> Handled? {
    let known = try using { try records.delivery(mail.key) }
    switch known?.state {
    case .sent, .byProvider, .skipped: return Handled(.completed)
    case .handing where mail.afterUnknownOutcome == .hold:
      throw try held(mail, "the process died while it was handed over")
    // Held and refused ones are here again only because an operator has retried the job.
    case .handing, .notTaken, .refused, .held, nil: return nil
    }
  }

  /// It was overtaken.
  func skip(_ mail: Outgoing, _ reason: String) throws(JobError) -> Handled {
    try record(mail, .skipped, reason)
    return Handled(.cancel(reason: reason))
  }

  /// The provider has told the person.
  func leave(_ mail: Outgoing) throws(JobError) -> Handled {
    try record(mail, .byProvider, "")
    return Handled(.completed)
  }

  /// A runner that has lost its job while it hung sends nothing: it is asked before the row is written, which
  /// is another's by then, and once more when nothing is left but to hand the message over.
  func send(
    _ mail: Outgoing, _ attempt: Attempt, _ message: () throws(MailError) -> Message
  ) throws(JobError) -> Handled {
    let written: Message
    do throws(MailError) { written = try message() } catch { return try notSent(mail, error) }
    try attempt.requireLease()
    try record(mail, .handing, "")
    try attempt.requireLease()
    let handover: Handover
    do throws(MailError) { handover = try transport.send(written) } catch {
      return try notSent(mail, error)
    }
    // If it cannot be written, the job's own end says that it was sent, and is written until it is.
    try? records.record(mail.delivery(.sent, handover.answer))
    return Handled(.completed)
  }

  private func notSent(_ mail: Outgoing, _ error: MailError) throws(JobError) -> Handled {
    switch error {
    case .busy:
      try record(mail, .notTaken, error.description)
      return Handled(
        .snooze(until: time.now() + Post.waitForConnection, reason: error.description))
    case .transient(let reason):
      try record(mail, .notTaken, reason)
      throw JobError(.transient, reason)
    case .invalid:
      try record(mail, .refused, error.description)
      throw JobError(.permanent, error.description)
    case .refused(let reason, let answer):
      try record(mail, .refused, answer)
      throw JobError(.permanent, reason)
    case .unknownOutcome(let reason):
      // It stands as `handing`: that is what is known.
      if mail.afterUnknownOutcome == .hold { throw try held(mail, reason) }
      throw JobError(.unknownOutcome, reason)
    }
  }

  private func held(_ mail: Outgoing, _ reason: String) throws(JobError) -> JobError {
    try record(mail, .held, reason)
    return JobError(
      .permanent, "\(reason); \(mail.message) is rather lost than sent twice, so retry it by hand")
  }

  private func record(
    _ mail: Outgoing, _ state: Delivery.State, _ detail: String
  ) throws(JobError) {
    try using { try records.record(mail.delivery(state, detail)) }
  }
}
