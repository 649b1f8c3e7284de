import Bookings
import Core

/// When the calendar objects of `text` take their owner's time, by the rules of RFC 4791 section
/// 7.10: events that are opaque and not cancelled, tentative ones too, but none that the owner
/// declined; every instance of a series with its exceptions; and the periods of VFREEBUSY that are
/// not free.
///
/// Intervals that overlap `window` are returned whole, each once, in the order of their start.
/// `calendarZone` gives all-day events and floating times their meaning. An instant without length
/// takes no time.
///
/// Throws whatever keeps the text from being understood completely: the caller must then treat the
/// calendar as unreadable, never as free. Work and size are bounded by `ICalendarLimit`.
package func busyIntervals(
  in text: String, during window: Interval, calendarZone: Zone, zones: ZoneDatabase,
  ownAddresses: Set<String>
) throws(ICalendarError) -> [BusyInterval] {
  var busy: [BusyInterval] = []
  var work = RecurrenceWork()
  let addresses = OwnAddresses(ownAddresses)
  for calendar in try Component.read(text) {
    var zones = ObjectZones(calendar: calendar, calendarZone: calendarZone, zones: zones)
    for group in seriesByUID(calendar.components(named: "VEVENT")) {
      let series = try EventSeries(group, zones: &zones, ownAddresses: addresses)
      for interval in try series.busy(during: window, zones: &zones, work: &work) {
        busy.append(BusyInterval(interval: interval, uid: series.uid))
      }
    }
    for component in calendar.components(named: "VFREEBUSY") {
      for interval in try freeBusyPeriods(of: component) {
        busy.append(BusyInterval(interval: interval, uid: nil))
      }
    }
  }
  return busy.filter { !$0.interval.isEmpty && $0.interval.overlaps(window) }
    .sorted { $0.order < $1.order }
    .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
}

extension BusyInterval {
  fileprivate var order: (Timestamp, Timestamp, String) {
    (interval.start, interval.end, uid ?? "")
  }
}

/// A series and its changed instances share their UID. An event without one stands alone.
private func seriesByUID(_ events: [Component]) -> [[Component]] {
  var groups: [[Component]] = []
  var indexes: [String: Int] = [:]
  for event in events {
    if let uid = event.first("UID")?.text, let index = indexes[uid] {
      groups[index].append(event)
    } else {
      if let uid = event.first("UID")?.text { indexes[uid] = groups.count }
      groups.append([event])
    }
  }
  return groups
}

/// RFC 5545 section 3.8.2.6; FBTYPE says BUSY if it says nothing, and types we do not know mean
/// BUSY (section 3.2.9).
private func freeBusyPeriods(of component: Component) throws(ICalendarError) -> [Interval] {
  var periods: [Interval] = []
  for line in component.all("FREEBUSY") where line["FBTYPE"]?.uppercased() != "FREE" {
    for text in line.value.split(separator: ",") {
      periods.append(
        try PeriodValue(text, of: line).interval { $0.local.instant(offsetSeconds: 0) })
    }
  }
  return periods
}
