import Bookings
import Core
import HTTPClient

@testable import Calendars

extension CalDAVProvider {
  static let zones = ZoneDatabase()

  static func sample(
    url: String, username: String = "alex", password: String = "not-to-be-logged",
    addresses: Set<String> = [], time: any TimeSource = SystemTime(),
    deadlines: CalDAVDeadlines = CalDAVDeadlines(), http: HTTPClient = HTTPClient()
  ) throws -> CalDAVProvider {
    try CalDAVProvider(
      ConnectedAccount(
        connection: .sample(url: url, username: username), password: Redacted(password),
        addresses: addresses),
      http: http, zones: zones, time: time, defaultTimeZone: "UTC", deadlines: deadlines)
  }
}

extension CalDAVProvider {
  /// So that a scripted server is not asked.
  func knowsThatWeInvite(in calendar: Bookings.Calendar) {
    schedulings.withLock { $0[calendar.id] = .byUs }
  }
}

extension Connection {
  static func sample(
    _ id: String = "cnn_1", provider: Provider = .caldav, url: String = "",
    username: String = "alex"
  ) -> Connection {
    Connection(
      id: ConnectionID(id), organization: OrganizationID("org_1"), host: HostID("hst_1"),
      provider: provider, name: "Work", url: url, username: username, state: .connected,
      createdAt: Timestamp(seconds: 0))
  }
}

extension Calendar {
  static func sample(
    _ id: String = "cal_1", connection: String = "cnn_1", url: String = "",
    timeZone: String = "Europe/Berlin"
  ) -> Calendar {
    Calendar(
      id: CalendarID(id), connection: ConnectionID(connection), remoteID: url, name: id,
      timeZone: timeZone, isWritable: true)
  }
}
