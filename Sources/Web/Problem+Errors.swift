import Core
import HTTPServer
import Intake

extension Problem {
  /// Whatever a route has thrown, as it is told. What is not the caller's doing goes to the log.
  init(_ error: any Error, log: Log) {
    switch error {
    case let problem as Problem: self = problem
    case let problems as FieldProblems: self = .invalid(problems.problems)
    case let error as IntakeError:
      if case .unavailable(let cause) = error { log(.storageFailed(cause)) }
      self.init(error)
    default:
      log(.storageFailed(error))
      self = .storageUnavailable
    }
  }
}

extension WebParts {
  /// Runs a route that answers in JSON; what it throws is the answer.
  func answering(_ responder: Responder, _ route: () throws -> Void) {
    do { try route() } catch { responder.send(Problem(error, log: log).response) }
  }

  /// While the server drains, work that was not begun is not begun.
  func requireReady() throws(Problem) {
    if !isReady() { throw .draining }
  }
}
