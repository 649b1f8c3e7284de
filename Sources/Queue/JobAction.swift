import Core

/// What an operator wants done with one job, or with all that fit a query.
package struct JobAction: Sendable, Equatable {
  package enum Verb: Sendable, Equatable {
    /// Try again a job that failed, was cancelled, is parked or waits for its next attempt: at once, with at
    /// least one attempt to go.
    case retry
    /// Do not wait for its time.
    case runNow
    /// It is not wanted any more: it ends as cancelled, and whoever waits for it is told.
    case cancel
    /// It is given up: it ends as discarded, and whoever waits for it is told.
    case discard
    /// The change of which nobody knows has been made: the operator has seen it. It is not made again.
    case acceptEffect(String)
    /// It has not been made: it is made without asking first.
    case resendEffect(String)

    package var name: String {
      switch self {
      case .retry: "retry"
      case .runNow: "runNow"
      case .cancel: "cancel"
      case .discard: "discard"
      case .acceptEffect: "acceptEffect"
      case .resendEffect: "resendEffect"
      }
    }

    /// The change that it is about, where it is about one.
    package var effectKey: String? {
      switch self {
      case .acceptEffect(let key), .resendEffect(let key): key
      case .retry, .runNow, .cancel, .discard: nil
      }
    }

    package init?(name: String, effectKey: String?) {
      switch (name, effectKey) {
      case ("retry", nil): self = .retry
      case ("runNow", nil): self = .runNow
      case ("cancel", nil): self = .cancel
      case ("discard", nil): self = .discard
      case ("acceptEffect", let key?): self = .acceptEffect(key)
      case ("resendEffect", let key?): self = .resendEffect(key)
      default: return nil
      }
    }

    /// Of the states that are asked for, empty being all, those in which it can apply to a job at all.
    package func states(among asked: [JobState]) -> [JobState] {
      let mine: [JobState] =
        switch self {
        case .retry, .acceptEffect, .resendEffect: [.available, .parked, .cancelled, .discarded]
        // Who asks for parked jobs means the available ones of a broken lane as well.
        case .runNow: [.available, .parked]
        case .cancel, .discard: JobState.allCases.filter { !$0.isFinal }
        }
      return asked.isEmpty ? mine : asked.filter(mine.contains)
    }
  }

  package let verb: Verb
  /// Nil is everybody's jobs.
  package let organization: String?
  /// Who wants it, for the record.
  package let by: String

  package init(_ verb: Verb, organization: String?, by: String) {
    self.verb = verb
    self.organization = organization
    self.by = by
  }
}

/// Why an action does not apply to a job.
package enum JobActionRefusal: Error, Sendable, Equatable {
  /// There is no such job, or none that this operator may know of.
  case notFound
  /// The verb does not fit its state.
  case wrongState(JobState)
  /// Its ending has been decided already.
  case decided(Verdict)
  /// It does not wait for a time.
  case notWaiting
  /// A later job of its sequence is running: the order would be lost.
  case overtaken(by: JobID)
  /// Another job with its unique key lives.
  case replaced(by: JobID)
  /// It has no such effect, or nothing is uncertain about it.
  case noSuchEffect

  /// In words that follow the job's name.
  package var words: String {
    switch self {
    case .notFound: "does not exist"
    case .wrongState(let state): "is \(state.rawValue)"
    case .decided(let verdict): "is being ended already (\(verdict.rawValue))"
    case .notWaiting: "does not wait for a time"
    case .overtaken(let later): "was overtaken: \(later), which comes after it, is running"
    case .replaced(let other): "was replaced by \(other), which has not ended"
    case .noSuchEffect: "has no such effect of which the outcome is unknown"
    }
  }
}

/// An action that was carried out, or is being.
package struct ActionRecord: Sendable, Equatable {
  package let id: Int64
  package let verb: String
  package let by: String
  package let at: Timestamp
  /// To how many jobs it applied, so far.
  package let jobs: Int
  /// There are jobs that it has not come to. It goes on by itself, also if a process dies.
  package let isUnderWay: Bool
  package let undoneBy: String?
  package let undoneAt: Timestamp?

  package init(
    id: Int64, verb: String, by: String, at: Timestamp, jobs: Int, isUnderWay: Bool = false,
    undoneBy: String?, undoneAt: Timestamp?
  ) {
    self.id = id
    self.verb = verb
    self.by = by
    self.at = at
    self.jobs = jobs
    self.isUnderWay = isUnderWay
    self.undoneBy = undoneBy
    self.undoneAt = undoneAt
  }
}

/// An undoing that was carried out, or is being.
package struct Undoing: Sendable, Equatable {
  /// How many jobs are as they were before, so far.
  package let putBack: Int
  /// There are jobs that it has not come to. It goes on by itself, also if a process dies.
  package let isUnderWay: Bool

  package init(putBack: Int, isUnderWay: Bool = false) {
    self.putBack = putBack
    self.isUnderWay = isUnderWay
  }
}

/// What an action would do.
package struct ActionForecast: Sendable, Equatable {
  /// To how many jobs it would apply.
  package var jobs = 0
  package var kinds: [JobKind: Int] = [:]
  /// By lane; jobs without one are not in it.
  package var lanes: [LaneID: Int] = [:]
  /// The first few to which it would not apply, and why. Those of a state to which it never does are not
  /// looked at: nobody waits for millions of completed jobs to be told of one by one.
  package var refused: [JobID: JobActionRefusal] = [:]
  package var refusedCount = 0
  /// Jobs that would wait for another one of their sequence first.
  package var heldBySequence = 0
  /// When the first could begin, and the last could have ended, under the present limits of their lanes and
  /// at the pace of late; nil where nothing would run.
  package var earliestStart: Timestamp?
  package var estimatedEnd: Timestamp?

  package init() {}

  /// How many refusals are named one by one.
  package static let namedRefusals = 20
}
