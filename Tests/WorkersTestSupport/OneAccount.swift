import Bookings
import Calendars
import Store
import Workers

/// Every calendar is the same provider's, which is watched as in the program: what it lets know of an account
/// is kept by the store.
package struct OneAccount: Accounts {
  private let calendar: any CalendarProvider
  private let store: Store

  package init(calendar: any CalendarProvider, store: Store) {
    self.calendar = calendar
    self.store = store
  }

  package func provider(of calendar: Calendar) throws(ProviderError) -> any CalendarProvider {
    if self.calendar.isLocal { return self.calendar }
    let account = calendar.connection
    let isWell = (try? store.connection(account)?.connection.state) != .needsOwner
    return WatchedProvider(self.calendar, isWell: isWell, isOneGrant: true) { [store] news in
      // Where the disk refuses, the next call says it again.
      switch news {
      case .refuses(let error):
        _ = try? store.reportTrouble(cause: .owner, reason: error.message, of: account)
      case .answers: _ = try? store.recover(account)
      case .refusesCalendar, .worked: break
      }
    }
  }

  package func calendarChanged(_ calendar: CalendarID) {}
}
