import Bookings
import Core
import Queue
import Store
import Workers

/// The chore that has calendars read; see `jobs/poll.json5`.
struct PollChore: JobHandler {
  private let store: Store
  private let intervals: [Connection.Provider: Duration]

  init(_ installation: Installation) {
    store = installation.store
    let settings = installation.configuration.following
    intervals = [
      .caldav: settings.caldavPoll, .google: settings.googlePoll, .outlook: settings.outlookPoll,
    ]
  }

  var kind: JobKind { .poll }

  func run(_ attempt: Attempt) throws(JobError) -> Handled {
    do {
      _ = try store.poll(every: intervals)
    } catch {
      throw JobError(.transient, "\(error)")
    }
    return Handled(.completed)
  }

  func afterFailure(_ job: ClaimedJob, _ error: JobError, isParked: Bool) -> Handled.Record {
    .nothing
  }
}
