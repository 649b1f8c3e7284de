import Bookings
import Core
import HTTPClient

/// An account at Outlook: Microsoft 365 or outlook.com, through Microsoft Graph. Exchange mails the guests,
/// always.
package struct OutlookProvider: CalendarProvider {
  package let invitesGuests = true
  package let isLocal = false

  let api: RESTClient
  let zones: ZoneDatabase
  /// The path of the mailbox.
  let root: String
  /// What a subscription to the mailbox's events calls them.
  let watched: String
  private let defaultTimeZone: String

  /// `baseURL` is that of the API with its version. Sends nothing.
  package init(
    _ account: ConnectedAccount, baseURL: String, http: HTTPClient, tokens: any AccessTokens,
    zones: ZoneDatabase, time: any TimeSource, defaultTimeZone: String,
    deadlines: RESTDeadlines = RESTDeadlines()
  ) {
    api = RESTClient(
      base: baseURL, connection: account.connection.id, http: http, tokens: tokens, time: time,
      headers: OutlookProvider.headers, deadlines: deadlines, outcomes: OutlookOutcome.table,
      names: OutlookOutcome.names)
    self.zones = zones
    root = account.mailbox.map { "/users/\(percentEncoded($0))" } ?? "/me"
    watched = account.mailbox.map { "/users/\($0)/events" } ?? "/me/events"
    self.defaultTimeZone = defaultTimeZone
  }

  /// Ids that stay the same when an event is moved to another folder, and times in UTC.
  private static let headers = [
    (name: "Prefer", value: #"outlook.timezone="UTC", IdType="ImmutableId""#)
  ]

  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    invitesGuests
  }

  /// Outlook has one time zone for the mailbox, not one for each calendar.
  package func calendars() throws(ProviderError) -> [RemoteCalendar] {
    var found: [JSON] = []
    var request: RESTRequest? = RESTRequest(
      "GET", "\(root)/calendars", query: [("$select", "id,name,canEdit"), ("$top", "100")])
    for _ in 1...OutlookProvider.mostPages {
      guard let page = request else { break }
      let list = try api.object(page)
      guard let entries = list["value"]?.array else { throw .saysNothing }
      found += entries
      request = try next(list)
    }
    let zone = try mailboxZone()
    return found.compactMap { entry in
      guard let id = entry["id"]?.string else { return nil }
      return RemoteCalendar(
        remoteID: id, name: entry["name"]?.string ?? "Calendar", timeZone: zone,
        isWritable: entry["canEdit"]?.bool == true)
    }
  }

  /// The mailbox's setting is a right of its own, which we do not ask for: where it is refused, the default
  /// has to do.
  private func mailboxZone() throws(ProviderError) -> String {
    let request = RESTRequest("GET", "\(root)/mailboxSettings", query: [("$select", "timeZone")])
    let answer = try api.send(request)
    switch answer.status {
    case 200:
      let zone = answer.json["timeZone"]?.string.flatMap { zones.outlookZone($0) }
      return zone?.name ?? defaultTimeZone
    case 400, 403, 404: return defaultTimeZone
    default: throw api.error(answer, request)
    }
  }

  /// The request for a list's next page; nil after the last.
  func next(_ list: JSON) throws(ProviderError) -> RESTRequest? {
    guard let url = list["@odata.nextLink"]?.string else { return nil }
    guard let request = api.next(url) else {
      throw ProviderError(.permanent, "the answer's next page lies on another server")
    }
    return request
  }

  /// Where a calendar is.
  func path(of calendar: Calendar) -> String {
    "\(root)/calendars/\(percentEncoded(calendar.remoteID))"
  }

  /// Of lists: at five hundred a page, twenty thousand events in one window.
  static let mostPages = 40
}
