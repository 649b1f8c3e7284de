import Bookings
import Calendars
import Core
import Queue
import Store
import Synchronization

/// Brings what is found out about accounts and their calendars to the store, which decides whether it is news
/// and has the owner told: by pages, by jobs and by the renewal of tokens, in however many processes.
final class Incidents: Sendable {
  private let store: Store
  private let time: any TimeSource
  private let log: Log
  /// What was last said of a calendar to the store: every page that finds it unreadable says the same.
  private let said = Mutex<[Use: MonotonicInstant]>([:])

  private struct Use: Hashable {
    let calendar: CalendarID
    let use: CalendarUse
  }

  /// The store is told again after so long, for what it knew may have changed since: another process has ended
  /// the incident, or that of the whole account is over and this one goes on.
  private static let repetition = Duration.minutes(1)

  init(store: Store, time: any TimeSource, log: Log) {
    self.store = store
    self.time = time
    self.log = log
  }

  /// What a call to the account has told.
  func heard(_ news: AccountNews, of account: ConnectionID) {
    switch news {
    case .refuses(let error): refuses(account, error)
    case .answers: answers(account)
    case .refusesCalendar(let calendar, let use, let error): begin(use, calendar, error)
    case .worked(let calendar, let use): end(use, calendar)
    }
  }

  /// What the reader of busy time says: the calendar was read, or guests were refused because it could not be.
  @Sendable func heard(_ calendar: Calendar, _ error: ProviderError?) {
    if let error { begin(.reading, calendar, error) } else { end(.reading, calendar) }
  }

  // MARK: - Accounts

  private func refuses(_ account: ConnectionID, _ error: ProviderError) {
    let trouble = AccountTrouble(.owner, error.message)
    do {
      let isNoted = try store.reportTrouble(cause: .owner, reason: trouble.reason, of: account)
      if isNoted { log(.accountTrouble(account, trouble)) }
    } catch {
      log(.accountNotRecorded(account, error))
    }
  }

  private func answers(_ account: ConnectionID) {
    do {
      log(.accountRecovered(account, jobsWoken: try store.recover(account)))
    } catch {
      log(.accountNotRecorded(account, error))
    }
  }

  // MARK: - Calendars

  private func begin(_ use: CalendarUse, _ calendar: Calendar, _ error: ProviderError) {
    let key = Use(calendar: calendar.id, use: use)
    let now = time.monotonic()
    let isDue = said.withLock { said in
      if let last = said[key], now - last < Incidents.repetition { return false }
      said[key] = now
      return true
    }
    guard isDue else { return }
    let cause = error.kind == .needsOwner ? Incident.Cause.owner : .provider
    store.beginIncident(use, of: calendar.id, cause: cause, reason: error.message) {
      [self] result in
      switch result {
      case .success(true): log(.calendarIncident(calendar.id.text, use, error: error.message))
      case .success(false): break
      case .failure(let failure):
        // What could not be recorded is said again by the next who finds it.
        said.withLock { $0[key] = nil }
        log(.incidentNotRecorded(calendar.id.text, error: "\(failure)"))
      }
    }
  }

  /// Looked up for every reading that was fetched and every write, since another process may have begun it.
  private func end(_ use: CalendarUse, _ calendar: Calendar) {
    said.withLock { $0[Use(calendar: calendar.id, use: use)] = nil }
    // What cannot be looked up is ended by the next success.
    guard (try? store.hasIncident(use, of: calendar.id)) == true else { return }
    store.endIncident(use, of: calendar.id) { [log] result in
      switch result {
      case .success: log(.calendarWorks(calendar.id.text, use))
      case .failure(let failure):
        log(.incidentNotRecorded(calendar.id.text, error: "\(failure)"))
      }
    }
  }
}
