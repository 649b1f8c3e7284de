import Bookings
import Core
import Crypto
import HTTPClient

/// An account at Google Calendar (API v3). Google mails the guests.
package struct GoogleProvider: CalendarProvider {
  package let invitesGuests = true
  package let isLocal = false

  let api: RESTClient
  let zones: ZoneDatabase
  let recentInserts: RecentInserts
  private let defaultTimeZone: String

  /// `baseURL` is that of the API with its version. Sends nothing.
  package init(
    _ account: ConnectedAccount, baseURL: String, http: HTTPClient, tokens: any AccessTokens,
    zones: ZoneDatabase, time: any TimeSource, defaultTimeZone: String,
    deadlines: RESTDeadlines = RESTDeadlines()
  ) {
    api = RESTClient(
      base: baseURL, connection: account.connection.id, http: http, tokens: tokens, time: time,
      query: account.mailbox.map { [("quotaUser", GoogleProvider.quotaUser($0))] } ?? [],
      deadlines: deadlines, outcomes: GoogleOutcome.table, names: GoogleOutcome.names)
    recentInserts = RecentInserts(time)
    self.zones = zones
    self.defaultTimeZone = defaultTimeZone
  }

  /// Where a service account acts for many people, Google counts its calls for each of them by this name,
  /// which tells nobody who it is; at most forty characters.
  static func quotaUser(_ mailbox: String) -> String {
    base32hex(sha256(mailbox.lowercased().utf8).prefix(20))
  }

  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    invitesGuests
  }

  package func calendars() throws(ProviderError) -> [RemoteCalendar] {
    var found: [RemoteCalendar] = []
    var page: String?
    for _ in 1...GoogleProvider.mostPages {
      var query = [(name: "maxResults", value: "250")]
      if let page { query.append(("pageToken", page)) }
      let list = try api.object(RESTRequest("GET", "/users/me/calendarList", query: query))
      found += (list["items"]?.array ?? []).compactMap(calendar)
      page = list["nextPageToken"]?.string
      if page == nil { return found }
    }
    throw ProviderError(.permanent, "the account's list of calendars has no end")
  }

  private func calendar(_ entry: JSON) -> RemoteCalendar? {
    guard let id = entry["id"]?.string, entry["deleted"]?.bool != true else { return nil }
    let name = entry["summaryOverride"]?.string ?? entry["summary"]?.string ?? id
    let zone = entry["timeZone"]?.string.flatMap { try? zones.zone($0) }
    return RemoteCalendar(
      remoteID: id, name: name, timeZone: zone?.name ?? defaultTimeZone,
      isWritable: ["owner", "writer"].contains(entry["accessRole"]?.string))
  }

  /// Where a calendar's events are. Its id holds an `@`, and a group's a `#`.
  func events(of calendar: Calendar) -> String {
    "/calendars/\(percentEncoded(calendar.remoteID))/events"
  }

  /// Of lists: at the largest page size, a hundred thousand events in one window.
  static let mostPages = 40
}
