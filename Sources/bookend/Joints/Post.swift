import Bookings
import Core
import Dispatch
import HTTPClient
import Intake
import Mail
import Queue
import Store
import Synchronization
import Web
import Workers

// How invitation jobs reach the database, the mail server and the calendars.

extension Store: MailRecords {
  package func host(_ id: HostID, of organization: OrganizationID) throws -> HostRecord? {
    try hosts(of: organization, host: id).first
  }
}

extension Store {
  /// Behind `POST /v1/links/{id}/send`.
  package func mailLink(_ request: LinkMailRequest) throws -> MailedLink? {
    let payload = LinkMailPayload(
      link: request.link, name: request.name, email: request.email, words: request.words)
    let job = NewJob(
      kind: .invitation, payload: payload.json, organization: request.organization.text,
      lane: .mail)
    return try sendLink(
      request.link, to: request.email, day: request.day, job: job, limit: LinkMails.perDay,
      within: .days(1)
    ).map { MailedLink(job: $0.job, isRepeat: $0.isRepeat) }
  }
}

/// Whoever has a key could mail anybody anything under the host's name: enough for every honest use.
private enum LinkMails {
  static let perDay = 200
}

extension Installation {
  /// Throws `MailSettingProblem` where the settings do not lead to a mail server.
  func transport() throws -> any MailTransport {
    let settings = configuration.mail
    switch settings.transport {
    case .outbox: return OutboxFolder(path: folder.outbox)
    case .smtp:
      var options = try settings.smtpOptions()
      options.connections = configuration.lanes.mailConcurrency
      return SMTPTransport(client: SMTPClient(options), returnPath: try settings.identity().server)
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
