import Bookings
import Queue

/// The code that performs one kind of job.
///
/// `run` may be called any number of times for the same job, also after an attempt that died half way or
/// whose outcome nobody knows: it must find out what is there before it changes anything. It blocks until
/// it is done; throwing a `JobError` leaves the decision about another attempt to the kind's definition.
package protocol JobHandler: Sendable {
  var kind: JobKind { get }

  func run(_ attempt: Attempt) throws(JobError) -> Handled

  /// What is to be recorded, and done next, when an error, or the verdict that the job carries, has ended it
  /// for good (`isParked` false), or set it aside until its owner acts. Called on the seat that ran it, again and again while it throws:
  /// nobody else would be left to tell the guest. So it throws only what passes, as a disk that cannot be
  /// read.
  func afterFailure(
    _ job: ClaimedJob, _ error: JobError, isParked: Bool
  ) throws(JobError) -> Handled.Record
}

/// What a handler hands back: how it went, and what goes into the same transaction as the job's end.
package struct Handled: Sendable, Equatable {
  package struct Record: Sendable, Equatable {
    package var settlement: Settlement?
    /// Left out where the settlement no longer applies.
    package var followUps: [NewJob]

    package static let nothing = Record(settlement: nil, followUps: [])

    package init(settlement: Settlement?, followUps: [NewJob] = []) {
      self.settlement = settlement
      self.followUps = followUps
    }
  }

  package let outcome: Outcome
  package let record: Record

  package init(_ outcome: Outcome, _ record: Record = .nothing) {
    self.outcome = outcome
    self.record = record
  }
}
