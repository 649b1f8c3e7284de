import Bookings
import Calendars
import Core
import Queue
import Store
import Synchronization
import Workers

/// Turns what the reader of busy time says of calendars into incidents: the first failure that guests meet is
/// recorded, together with the job that tells the owner, and the first success after it ends the incident.
/// What it knows outlives the process, so that a restart tells nobody twice.
final class CalendarIncidents: Sendable {
  private let store: Store
  private let log: Log
  /// Calendars with an incident that has not ended, or whose beginning is on its way to the disk.
  private let open: Mutex<Set<CalendarID>>

  init(store: Store, log: Log) {
    self.store = store
    self.log = log
    // Where they cannot be read the schema still sees to it that nobody is told twice.
    open = Mutex((try? store.unreadableCalendars()) ?? [])
  }

  @Sendable func heard(_ calendar: Calendar, _ error: ProviderError?) {
    // An account that needs its owner is an incident of the account, of which the owner is told as such.
    if error?.kind == .needsOwner { return }
    let isOpen = error != nil
    let isNews = open.withLock { open in
      isOpen ? open.insert(calendar.id).inserted : open.remove(calendar.id) != nil
    }
    guard isNews else { return }
    if let error { begin(calendar, error) } else { end(calendar) }
  }

  private func begin(_ calendar: Calendar, _ error: ProviderError) {
    log(.calendarUnreadable(calendar.id.text, error: error.message))
    do {
      guard let account = try store.connection(calendar.connection)?.connection else {
        throw ProviderError(.permanent, "there is no connection \(calendar.connection)")
      }
      store.beginIncident(of: calendar.id, error: JobError(error)) { incident in
        IncidentNotices.job(incident, calendar: calendar.id, organization: account.organization)
      } completion: { [self] result in
        keep(result, calendar, isOpen: false)
      }
    } catch {
      keep(.failure(error), calendar, isOpen: false)
    }
  }

  private func end(_ calendar: Calendar) {
    log(.calendarReadable(calendar.id.text))
    store.endIncident(of: calendar.id) { [self] result in keep(result, calendar, isOpen: true) }
  }

  /// What could not be recorded has not happened: all is as before, and the next reading tries again.
  private func keep(
    _ result: Result<Void, any Error>, _ calendar: Calendar, isOpen: Bool
  ) {
    guard case .failure(let error) = result else { return }
    log(.incidentNotRecorded(calendar.id.text, error: "\(error)"))
    open.withLock { open in
      if isOpen { open.insert(calendar.id) } else { open.remove(calendar.id) }
    }
  }
}
