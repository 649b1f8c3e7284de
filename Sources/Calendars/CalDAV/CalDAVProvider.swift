import Bookings
import Core
import HTTPClient
import ICalendar
import Synchronization

/// An account on a CalDAV server (RFC 4791): iCloud, Fastmail, Nextcloud, Radicale and many more.
///
/// A server that schedules (RFC 6638) invites the guests itself, as long as the organizer is one of its
/// user's own addresses. Everywhere else they are invited by us.
package final class CalDAVProvider: CalendarProvider {
  package let invitesGuests = false
  package let isLocal = false

  let client: DAVClient
  let zones: ZoneDatabase
  let defaultTimeZone: String
  let knownAddresses: Set<String>
  private let toldAddresses = Mutex<Set<String>?>(nil)
  /// Which way of asking for busy time a calendar has been found to need.
  let busyMethods = Mutex<[CalendarID: CalDAVBusyMethod]>([:])
  /// What each calendar's server has been found to do about guests.
  let schedulings = Mutex<[CalendarID: CalDAVScheduling]>([:])

  /// The connection's URL may name the server, the account's principal, a collection of calendars or one
  /// calendar. `defaultTimeZone` is for calendars that do not tell theirs. Nothing is sent yet; throws
  /// `permanent` for a URL or a name with which nothing could be sent.
  package init(
    _ account: ConnectedAccount, http: HTTPClient, zones: ZoneDatabase, time: any TimeSource,
    defaultTimeZone: String, deadlines: CalDAVDeadlines = CalDAVDeadlines()
  ) throws(ProviderError) {
    guard let base = DAVLocation(account.connection.url) else {
      throw ProviderError(.permanent, "url: not an http or https URL without a name and password")
    }
    let username = account.connection.username
    // RFC 7617 section 2: the first colon ends the name.
    guard !username.contains(":") else {
      throw ProviderError(.permanent, "username: holds a colon, which Basic authentication forbids")
    }
    client = DAVClient(
      base: base, username: username, password: account.password, http: http, time: time,
      deadlines: deadlines)
    self.zones = zones
    self.defaultTimeZone = defaultTimeZone
    knownAddresses = account.addresses.union(username.contains("@") ? [username] : [])
  }

  /// Where a calendar is; its server must be one that may have the credentials.
  func location(of calendar: Calendar) throws(ProviderError) -> DAVLocation {
    guard let location = client.base.resolving(calendar.remoteID) else {
      throw ProviderError(.permanent, "the calendar's address is not a URL")
    }
    return location
  }

  /// The owner's own addresses, to know which invitations were declined: those known here and those that
  /// the server tells, which is asked once.
  func ownAddresses() throws(ProviderError) -> Set<String> {
    if let told = toldAddresses.withLock({ $0 }) { return knownAddresses.union(told) }
    let told = try principal()?.addresses ?? []
    toldAddresses.withLock { $0 = told }
    return knownAddresses.union(told)
  }
}
