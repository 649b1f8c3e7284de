import Bookings
import Core

/// All that one object says under one UID: the event, or the series, and the instances that were
/// changed.
struct EventSeries {
  let uid: String?
  private var masters: [Master] = []
  private var changed: [CalendarEvent] = []
  /// RANGE=THISANDFUTURE: changes that hold for later instances too, in the order of what they
  /// replace.
  private var futures: [Future] = []

  private struct Master {
    let event: CalendarEvent
    let extraStarts: [TimeValue]
    let extraPeriods: [PeriodValue]
    let exceptions: Exceptions
  }

  /// Instances that do not take place, or not as the series says.
  private struct Exceptions {
    var instants: Set<Timestamp> = []
    /// Days on which no instance starts: of an all-day series, and of a timed one whose EXDATE is a
    /// DATE.
    var dates: Set<CivilDate> = []
  }

  private struct Future {
    let after: Timestamp
    let shift: Duration
    let event: CalendarEvent
  }

  init(
    _ components: [Component], zones: inout ObjectZones, ownAddresses: OwnAddresses
  ) throws(ICalendarError) {
    uid = components.first?.first("UID")?.text
    for component in components where component.first("RECURRENCE-ID") != nil {
      let event = try CalendarEvent(component, zones: &zones, ownAddresses: ownAddresses)
      changed.append(event)
      guard event.changesFuture, let replaced = event.recurrenceID else { continue }
      let after = try zones.instant(of: replaced, line: event.line)
      let start = try zones.instant(of: event.start, line: event.line)
      futures.append(Future(after: after, shift: start - after, event: event))
    }
    futures.sort { $0.after < $1.after }
    for component in components where component.first("RECURRENCE-ID") == nil {
      let event = try CalendarEvent(component, zones: &zones, ownAddresses: ownAddresses)
      masters.append(try master(event, of: component, zones: &zones))
    }
  }

  private func master(
    _ event: CalendarEvent, of component: Component, zones: inout ObjectZones
  ) throws(ICalendarError) -> Master {
    var starts: [TimeValue] = []
    var periods: [PeriodValue] = []
    for line in component.all("RDATE") {
      if line["VALUE"]?.uppercased() == "PERIOD" {
        for text in line.value.split(separator: ",") {
          periods.append(try PeriodValue(text, of: line))
        }
      } else {
        starts += try TimeValue.list(line)
      }
    }
    var skipped = changed.compactMap(\.recurrenceID)
    for line in component.all("EXDATE") { skipped += try TimeValue.list(line) }
    var exceptions = Exceptions()
    for value in skipped {
      if value.isDate {
        exceptions.dates.insert(value.local.date)
      } else if event.start.isDate {
        exceptions.dates.insert(zones.date(of: value))
      } else {
        exceptions.instants.insert(try zones.instant(of: value, line: event.line))
      }
    }
    return Master(
      event: event, extraStarts: starts, extraPeriods: periods, exceptions: exceptions)
  }

  /// What of it takes time in `window`; some of what is returned may lie outside.
  func busy(
    during window: Interval, zones: inout ObjectZones, work: inout RecurrenceWork
  ) throws(ICalendarError) -> [Interval] {
    var busy: [Interval] = []
    for event in changed where event.isBusy { busy.append(try event.interval()) }
    for master in masters where master.event.isBusy || futures.contains(where: \.event.isBusy) {
      busy += try instances(of: master, during: window, zones: &zones, work: &work)
    }
    return busy
  }

  private func instances(
    of master: Master, during window: Interval, zones: inout ObjectZones,
    work: inout RecurrenceWork
  ) throws(ICalendarError) -> [Interval] {
    let event = master.event
    // DTSTART is the first instance even where the rule would not say so (RFC 5545 section
    // 3.8.5.3).
    var instances: Set<Instance> = [
      Instance(date: event.start.local.date, interval: try event.interval())
    ]
    if let range = searchRange(of: event, during: window) {
      for rule in event.rules {
        for time in try rule.wallTimes(from: event.start.local, in: range, work: &work) {
          try work.spend(event.clock.work, line: event.line)
          let interval = try event.interval(at: time)
          guard try event.isReached(by: rule, at: time, interval.start, zones: &zones) else {
            continue
          }
          instances.insert(Instance(date: time.date, interval: interval))
        }
      }
    }
    try work.spend(master.extraStarts.count + master.extraPeriods.count, line: event.line)
    for value in master.extraStarts {
      let interval = try event.interval(at: value, zones: &zones)
      instances.insert(Instance(date: value.local.date, interval: interval))
    }
    for period in master.extraPeriods {
      let interval = try period.interval { value throws(ICalendarError) in
        try zones.instant(of: value, line: event.line)
      }
      instances.insert(Instance(date: period.start.local.date, interval: interval))
    }
    return instances.compactMap { effective($0, of: master) }
  }

  /// The time that an instance takes in the end, or nil if it takes none.
  private func effective(_ instance: Instance, of master: Master) -> Interval? {
    let start = instance.interval.start
    guard !master.exceptions.instants.contains(start),
      !master.exceptions.dates.contains(instance.date)
    else { return nil }
    guard let future = futures.last(where: { $0.after < start }) else {
      return master.event.isBusy ? instance.interval : nil
    }
    return future.event.isBusy ? future.event.interval(moved: start + future.shift) : nil
  }

  /// The wall times at which instances may start that reach into `window`; two days of slack cover
  /// every zone's offset. Nil where no calendar has dates.
  private func searchRange(
    of event: CalendarEvent, during window: Interval
  ) -> ClosedRange<LocalDateTime>? {
    let slack = Duration.days(2) + (futures.map { abs($0.shift) }.max() ?? .zero)
    let lengths = [event.length.longest] + futures.map(\.event.length.longest)
    let first = EventSeries.calendarRange.lowerBound
    let last = EventSeries.calendarRange.upperBound
    guard window.end > first, window.start < last else { return nil }
    let from = max(first, max(first, window.start) - slack - (lengths.max() ?? .zero))
    let to = min(last, min(last, window.end) + slack)
    return LocalDateTime(from, offsetSeconds: 0)...LocalDateTime(to, offsetSeconds: 0)
  }

  /// 0001-01-01 to 9999-12-31, so that no arithmetic leaves the years that have four digits.
  private static let calendarRange =
    Timestamp(seconds: -62_135_596_800)...Timestamp(seconds: 253_402_214_400)
}

/// One start of a series, with the day on the wall by which an exception may name it.
private struct Instance: Hashable {
  let date: CivilDate
  let interval: Interval
}

private func abs(_ duration: Duration) -> Duration {
  duration < .zero ? .zero - duration : duration
}
