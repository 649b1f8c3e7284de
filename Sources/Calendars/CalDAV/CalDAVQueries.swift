import Bookings
import Core

/// The XML that we send. Nothing in it comes from outside but what is checked or escaped here.
enum CalDAVQueries {
  /// What a calendar, a principal or a collection of calendars says of itself: one question serves for
  /// all, since nobody knows which of them the owner's URL names.
  static let describe = propfind(
    """
    <D:resourcetype/><D:displayname/><D:current-user-principal/><D:current-user-privilege-set/>\
    <C:calendar-home-set/><C:calendar-user-address-set/><C:schedule-outbox-URL/>\
    <C:calendar-timezone/><C:calendar-timezone-id/><C:supported-calendar-component-set/>
    """)

  /// RFC 4791 section 7.8, the events that may take time during `window`. Recurrences are not expanded by
  /// the server: several get them wrong, and overrides are lost.
  static func events(during window: Interval) -> String {
    query(filter: timeRange(window))
  }

  /// RFC 4791 section 7.8.6, events whose UID contains `text`.
  static func events(uidContains text: String) -> String {
    query(filter: uidMatch(text))
  }

  /// The same, of those whose UID contains `text`.
  static func events(during window: Interval, uidContains text: String) -> String {
    query(filter: timeRange(window) + uidMatch(text))
  }

  /// Where a calendar's changes have got to: the token of RFC 6578, or the older tag that changes with
  /// whatever lies in it.
  static let positions = """
    <?xml version="1.0" encoding="utf-8"?>
    <D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/">\
    <D:prop><D:sync-token/><CS:getctag/></D:prop></D:propfind>
    """

  static let etags = propfind("<D:getetag/>")

  /// RFC 6578 section 3.2.
  static func changes(since token: String) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <D:sync-collection xmlns:D="DAV:"><D:sync-token>\(escaped(token))</D:sync-token>\
    <D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>
    """
  }

  /// RFC 4791 section 7.9.
  static func objects(at places: some Collection<DAVLocation>) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">\
    <D:prop><D:getetag/><C:calendar-data/></D:prop>\
    \(places.map { "<D:href>\(escaped($0.path))</D:href>" }.joined())</C:calendar-multiget>
    """
  }

  /// RFC 4791 section 7.10.
  static func freeBusy(during window: Interval) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">\
    <C:time-range start="\(utc(window.start))" end="\(utc(window.end))"/></C:free-busy-query>
    """
  }

  private static func timeRange(_ window: Interval) -> String {
    "<C:time-range start=\"\(utc(window.start))\" end=\"\(utc(window.end))\"/>"
  }

  private static func uidMatch(_ text: String) -> String {
    """
    <C:prop-filter name="UID"><C:text-match collation="i;octet">\(escaped(text))\
    </C:text-match></C:prop-filter>
    """
  }

  private static func propfind(_ properties: String) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">\
    <D:prop>\(properties)</D:prop></D:propfind>
    """
  }

  private static func query(filter: String) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">\
    <D:prop><D:getetag/><C:calendar-data/></D:prop>\
    <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">\(filter)\
    </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
    """
  }

  /// `20270115T090000Z`: whole seconds (RFC 5545 section 3.3.5).
  private static func utc(_ instant: Timestamp) -> String {
    Timestamp(seconds: instant.seconds).rfc3339.filter { $0 != "-" && $0 != ":" }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
