import Bookings
import Core
import Dispatch
import HTTPClient
import Intake
import Mail
import Store
import Synchronization
import Workers

// How invitation jobs reach the database, the mail server and the calendars.

extension Store: MailRecords {
  package func host(_ id: HostID, of organization: OrganizationID) throws -> HostRecord? {
    try hosts(of: organization, host: id).first
  }
}

extension Installation {
  /// Throws `MailSettingProblem` where the settings do not lead to a mail server.
  func transport() throws -> any MailTransport {
    let settings = configuration.mail
    switch settings.transport {
    case .outbox: return OutboxFolder(path: folder.outbox)
    case .smtp:
      let client = SMTPClient(try settings.smtpOptions())
      return SMTPTransport(client: client, returnPath: try settings.identity().server)
    }
  }
}

extension Intake {
  /// Some free times near one that was refused, waited for on a worker's seat; none where a calendar does
  /// not answer in time.
  func alternatives(to slot: Interval, of link: Link, within patience: Duration) -> [Interval] {
    let answer = DispatchSemaphore(value: 0)
    let found = Found()
    alternatives(to: slot, of: link) { times in
      found.set(times)
      answer.signal()
    }
    let end = DispatchTime.now() + .milliseconds(Int(patience.wholeMilliseconds))
    return answer.wait(timeout: end) == .success ? found.times : []
  }
}

/// What came, for whoever waits for it.
private final class Found: Sendable {
  private let value = Mutex<[Interval]>([])

  var times: [Interval] { value.withLock { $0 } }

  func set(_ times: [Interval]) { value.withLock { $0 = times } }
}
