import Bookings
import Core

/// The rules of `Availability` once more, slow and plain: it looks at every minute of a stretch of time
/// and knows of the zone only what its clocks show then.
struct ObviousAvailability {
  let settings: LinkSettings
  let now: Timestamp
  let busy: [Interval]
  let claims: [Interval]

  /// Minutes that clocks show at each minute of the world, counted from 1970 on the wall.
  private let readings: [Int]
  private let start: Timestamp
  /// The day that each minute belongs to: dates never go back.
  private let days: [Int]
  private let windows: [Range<Int>]
  private let isOpen: [Bool]
  private let visibleDays: ClosedRange<Int>
  private let booked: [BookedStart]

  init(
    settings: LinkSettings, zone: Zone, now: Timestamp, busy: [Interval], claims: [Interval],
    booked: [BookedStart], world: Interval
  ) {
    self.settings = settings
    self.now = now
    self.busy = busy
    self.claims = claims
    self.booked = booked
    start = world.start

    let minutes = Int(world.duration.wholeMilliseconds / 60_000)
    let readings = (0..<minutes).map { minute in
      let reading = zone.local(at: world.start + .minutes(minute))
      return reading.date.daysSinceEpoch * 1440 + reading.secondOfDay / 60
    }
    self.readings = readings
    var days: [Int] = []
    for reading in readings { days.append(max(reading / 1440, days.last ?? 0)) }
    self.days = days

    func firstMinute(showing reading: Int) -> Int {
      readings.firstIndex { $0 >= reading } ?? minutes
    }
    var windows: [Range<Int>] = []
    var isOpen = [Bool](repeating: false, count: minutes)
    for day in (readings[0] / 1440)...(readings[minutes - 1] / 1440) {
      let weekday = CivilDate(daysSinceEpoch: day).weekday
      func override(_ day: Int) -> DateOverride? {
        settings.overrides.first { $0.date.daysSinceEpoch == day }
      }
      let usual = settings.weekly.filter { $0.days.contains(weekday) }.map(\.hours)
      for window in override(day)?.windows ?? usual {
        let length = window.toMinute - window.fromMinute
        let from = day * 1440 + window.fromMinute
        var to = from + (length > 0 ? length : length + 1440)
        if override(day + 1) != nil { to = min(to, (day + 1) * 1440) }
        let first = firstMinute(showing: from)
        let open = first..<max(first, firstMinute(showing: to))
        windows.append(open)
        for minute in open { isOpen[minute] = true }
      }
    }
    self.windows = windows
    self.isOpen = isOpen

    switch settings.visibility {
    case .rollingDays(let days):
      let today = zone.local(at: now).date.daysSinceEpoch
      visibleDays = today...(today + days - 1)
    case .dates(let from, let to):
      visibleDays = from.daysSinceEpoch...to.daysSinceEpoch
    }
  }

  func refusal(of slot: Interval) -> Refusal? { reasons(against: slot).first?.refusal }

  func reasons(against slot: Interval) -> [SlotReason] {
    let length = Int(slot.duration.wholeMilliseconds / 60_000)
    let minute = self.minute(of: slot.start)
    let day = days[minute]
    var reasons: [SlotReason] = []
    if !settings.durationsMinutes.contains(length) { reasons.append(.durationNotOffered) }
    if slot.start < now + .minutes(settings.minimumNoticeMinutes) {
      reasons.append(.noticeTooShort)
    }
    if !visibleDays.contains(day) { reasons.append(.notVisible) }
    if (minute..<(minute + length)).contains(where: { !isOpen[$0] }) {
      let isClosed = settings.overrides.contains {
        $0.date.daysSinceEpoch == day && $0.windows.isEmpty
      }
      reasons.append(isClosed ? .dateClosed : .outsideHours)
    } else if !isOnGrid(minute) {
      reasons.append(.notOnGrid)
    }
    if let maximum = settings.maximumPerDay, bookings({ $0 == day }) >= maximum {
      reasons.append(.dayFull)
    }
    // 1970-01-05 was a Monday.
    if let maximum = settings.maximumPerWeek,
      bookings({ ($0 + 3) / 7 == (day + 3) / 7 }) >= maximum
    {
      reasons.append(.weekFull)
    }
    let kept = slot.widened(before: settings.bufferBefore, after: settings.bufferAfter)
    func meets(_ intervals: [Interval]) -> Bool {
      intervals.contains { !$0.isEmpty && $0.overlaps(kept) }
    }
    if meets(busy) { reasons.append(.calendarBusy) }
    if meets(claims) { reasons.append(.timeClaimed) }
    return reasons
  }

  private func isOnGrid(_ minute: Int) -> Bool {
    windows.contains {
      $0.contains(minute) && (minute - $0.lowerBound) % settings.slotIntervalMinutes == 0
    }
  }

  private func bookings(_ isCounted: (Int) -> Bool) -> Int {
    Set(booked.filter { isCounted(days[minute(of: $0.start)]) }.map(\.booking)).count
  }

  private func minute(of instant: Timestamp) -> Int {
    Int((instant - start).wholeMilliseconds / 60_000)
  }
}
