import Bookings
import Core

/// `calendarView/delta` (Graph's "Get incremental changes to events in a calendar view"). It tells of one
/// window only, so that window ends later than the one that is asked for; when that has caught up, everything
/// is read anew.
extension OutlookProvider {
  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    if let known = position.flatMap(OutlookPosition.init), known.windowEnd >= window.end,
      let request = api.next(known.link), let round = try round(request, of: calendar)
    {
      return CalendarChanges(
        events: round.events,
        position: OutlookPosition(windowEnd: known.windowEnd, link: round.link).position,
        isWhole: false)
    }
    return try whole(calendar, during: window)
  }

  /// `calendarView` shows our mark where it is asked for. It is not filtered by: Graph is known to answer a
  /// filter by an extended property there with 500.
  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    var marked: [MarkedEvent] = []
    let zone = try zone(of: calendar)
    var request: RESTRequest? = RESTRequest(
      "GET", "\(path(of: calendar))/calendarView",
      query: [
        ("startDateTime", window.start.rfc3339), ("endDateTime", window.end.rfc3339),
        ("$select", "id,start,end,isAllDay,isCancelled"),
        (
          "$expand",
          "singleValueExtendedProperties($filter=id eq '\(OutlookEvent.keyProperty)')"
        ), ("$top", "500"),
      ])
    for _ in 1...OutlookProvider.mostPages {
      guard let page = request else { return marked }
      let list = try api.object(page)
      guard let entries = list["value"]?.array else { throw .saysNothing }
      for entry in entries where entry["isCancelled"]?.bool != true {
        guard let id = entry["id"]?.string,
          let key = OutlookEvent.property(OutlookEvent.keyProperty, of: entry),
          let interval = OutlookEvent.interval(entry, zone: zone, zones: zones)
        else { continue }
        marked.append(MarkedEvent(remoteID: id, key: key, interval: interval))
      }
      request = try next(list)
    }
    throw ProviderError(.permanent, "the calendar holds more events than can be read")
  }

  /// How much longer than asked a position lasts: reading everything once a month is cheap.
  static let slack = Duration.days(31)
  /// At two hundred a page, in which every day of a series counts.
  private static let mostRounds = 200

  private func whole(
    _ calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> CalendarChanges {
    let end = window.end + OutlookProvider.slack
    let request = RESTRequest(
      "GET", "\(path(of: calendar))/calendarView/delta",
      query: [("startDateTime", window.start.rfc3339), ("endDateTime", end.rfc3339)])
    // Graph may answer that it is to be asked anew, and then does not say so again.
    guard let round = try round(request, of: calendar) else { throw .saysNothing }
    return CalendarChanges(
      events: round.events.filter { $0.interval.map { $0.start < window.end } ?? true },
      position: OutlookPosition(windowEnd: end, link: round.link).position, isWhole: true)
  }

  /// All pages from here on, and the link to the next round; nil where the round is to be begun anew.
  private func round(
    _ first: RESTRequest, of calendar: Calendar
  ) throws(ProviderError) -> (events: [ChangedEvent], link: String)? {
    var events = ChangedEvents()
    let zone = try zone(of: calendar)
    var request = first
    for _ in 1...OutlookProvider.mostRounds {
      request.headers = [("Prefer", "odata.maxpagesize=200")]
      let answer = try api.send(request)
      if api.isExpired(answer) { return nil }
      guard answer.status == 200 else { throw api.error(answer, request) }
      let list = try api.object(of: answer, request)
      guard let entries = list["value"]?.array else { throw .saysNothing }
      for entry in entries { changed(entry, zone).map { events.add($0) } }
      if let link = list["@odata.deltaLink"]?.string { return (events.all, link) }
      guard let next = try next(list) else { throw .saysNothing }
      request = next
    }
    throw ProviderError(.permanent, "the calendar's changes have no end")
  }

  /// Nil for what has no time, such as the head of a series may be: it is none of ours, and must not keep the
  /// others from being read.
  private func changed(_ json: JSON, _ zone: Zone) -> ChangedEvent? {
    guard let id = json["id"]?.string else { return nil }
    if json["@removed"] != nil || json["isCancelled"]?.bool == true {
      return ChangedEvent(remoteID: id, interval: nil)
    }
    return OutlookEvent.interval(json, zone: zone, zones: zones).map {
      ChangedEvent(remoteID: id, interval: $0)
    }
  }
}
