import Bookings
import Core

/// `events.list` with a sync token ("Synchronize resources efficiently" in the Google Calendar API's guides).
/// A series is one entry and not one for each of its days, and of no event more is asked than when it is.
extension GoogleProvider {
  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    if let position,
      let changes = try read(calendar, ("syncToken", position.text), before: nil)
    {
      return changes
    }
    // Without an end: a sync token goes on telling of what it was made for, and an event that was moved
    // beyond the end would be lost.
    let whole = try read(calendar, ("timeMin", window.start.rfc3339), before: window.end)
    guard let whole else { throw .saysNothing }
    return whole
  }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    var marked: [MarkedEvent] = []
    let query = [
      (name: "timeMin", value: window.start.rfc3339), ("timeMax", window.end.rfc3339),
      ("privateExtendedProperty", "\(GoogleEvent.mark.name)=\(GoogleEvent.mark.value)"),
      ("fields", GoogleProvider.fields("id,status,start,end,extendedProperties/private")),
    ]
    let last = try eachEvent(of: calendar, query) { item, zone throws(ProviderError) in
      guard let id = item["id"]?.string, item["status"]?.string != "cancelled",
        let key = item["extendedProperties"]?["private"]?[GoogleEvent.keyProperty]?.string,
        let interval = GoogleEvent.interval(item, zone: zone)
      else { return }
      marked.append(MarkedEvent(remoteID: id, key: key, interval: interval))
    }
    guard last != nil else { throw .saysNothing }
    return marked
  }

  /// Everything that a list tells, with the position after it; nil where the list has to be begun anew.
  /// Google wants the same question each time, but for the token.
  private func read(
    _ calendar: Calendar, _ from: (name: String, value: String), before end: Timestamp?
  ) throws(ProviderError) -> CalendarChanges? {
    var events = ChangedEvents()
    let query = [from, ("fields", GoogleProvider.fields("id,status,start,end"))]
    let last = try eachEvent(of: calendar, query) { item, zone throws(ProviderError) in
      guard let event = changed(item, zone) else { return }
      if let end, let start = event.interval?.start, start >= end { return }
      events.add(event)
    }
    guard let last else { return nil }
    guard let token = last["nextSyncToken"]?.string else { throw .saysNothing }
    return CalendarChanges(
      events: events.all, position: SyncPosition(token), isWhole: end != nil)
  }

  /// Nil for what has no time: it is none of ours, and must not keep the others from being read.
  private func changed(_ item: JSON, _ zone: Zone) -> ChangedEvent? {
    guard let id = item["id"]?.string else { return nil }
    if item["status"]?.string == "cancelled" { return ChangedEvent(remoteID: id, interval: nil) }
    return GoogleEvent.interval(item, zone: zone).map { ChangedEvent(remoteID: id, interval: $0) }
  }

  private static func fields(_ item: String) -> String {
    "nextPageToken,nextSyncToken,timeZone,items(\(item))"
  }
}
