import Bookings
import Core
import ICalendar

/// A calendar object resource as a server gave it.
struct CalDAVObject: Sendable {
  let location: DAVLocation
  let etag: String?
  let text: String
  /// Of its event; an object holds one UID only (RFC 4791 section 4.1).
  let uid: String

  /// Throws `unreadableEvent` where the text is no iCalendar.
  init(location: DAVLocation, etag: String?, text: String) throws(ProviderError) {
    guard let calendars = try? Component.read(text) else { throw .unreadableEvent }
    self.location = location
    self.etag = etag
    self.text = text
    uid =
      calendars.lazy.flatMap { $0.components(named: "VEVENT") }
      .compactMap { $0.first("UID")?.text }.first ?? ""
  }

  func reading(_ zone: Zone, _ zones: ZoneDatabase) throws(ProviderError) -> EventReading {
    do throws(ICalendarError) {
      return try EventReading(text, uid: uid, calendarZone: zone, zones: zones)
    } catch {
      throw .unreadableEvent
    }
  }

  func reference(wasThere: Bool) -> EventReference {
    EventReference(remoteID: location.text, etag: etag, wasThere: wasThere)
  }
}
