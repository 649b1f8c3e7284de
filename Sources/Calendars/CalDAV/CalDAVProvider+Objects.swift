import Bookings
import Core
import ICalendar

/// What both ways of following a calendar share.
extension CalDAVProvider {
  /// Reads what has changed. What the server names and does not show is told like what is gone: whoever it
  /// concerns looks again by the event's own key.
  func told(
    _ changed: Set<DAVLocation>, _ removed: Set<DAVLocation>, on calendar: Calendar,
    position: SyncPosition
  ) throws(ProviderError) -> CalendarChanges {
    var events = ChangedEvents()
    for place in removed.sorted(by: { $0.text < $1.text }) {
      events.add(ChangedEvent(remoteID: place.text, interval: nil))
    }
    let places = changed.sorted { $0.text < $1.text }
    for start in stride(from: 0, to: places.count, by: CalDAVProvider.objectsAtOnce) {
      let some = places[start..<min(places.count, start + CalDAVProvider.objectsAtOnce)]
      let (answer, found) = try client.multistatus(
        "REPORT", to: try location(of: calendar), depth: 1, body: CalDAVQueries.objects(at: some))
      var hidden = Set(some)
      for resource in answer.resources {
        guard let place = found.member(href: resource.href),
          let data = resource.properties.first(.caldav("calendar-data"))
        else { continue }
        hidden.remove(place)
        guard let reading = reading(data.text, at: place, calendar) else { continue }
        events.add(ChangedEvent(remoteID: place.text, reading))
      }
      for place in some where hidden.contains(place) {
        events.add(ChangedEvent(remoteID: place.text, interval: nil))
      }
    }
    return CalendarChanges(events: events.all, position: position, isWhole: false)
  }

  private static let objectsAtOnce = 50

  /// Nil for what is no event or cannot be understood, tasks and lone exceptions of a series among it: it is
  /// none of ours, and must not keep the others from being read.
  func reading(
    _ text: String, at place: DAVLocation, _ calendar: Calendar
  ) -> EventReading? {
    let zone = (try? zones.zone(calendar.timeZone)) ?? .utc
    let object = try? CalDAVObject(location: place, etag: nil, text: text)
    return try? object?.reading(zone, zones)
  }

  /// What the server says of how far its changes have got to.
  func whereabouts(of location: DAVLocation) throws(ProviderError) -> DAVElement? {
    try client.multistatus("PROPFIND", to: location, depth: 0, body: CalDAVQueries.positions)
      .answer.resources.first?.properties
  }
}
