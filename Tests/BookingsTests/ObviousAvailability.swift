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
  private let windows: [Range<Int>]
  private let isOpen: [Bool]
  private let visibleDays: ClosedRange<Int>

  init(
    settings: LinkSettings, zone: Zone, now: Timestamp, busy: [Interval], claims: [Interval],
    world: Interval
  ) {
    self.settings = settings
    self.now = now
    self.busy = busy
    self.claims = claims
    start = world.start

    let minutes = Int(world.duration.wholeMilliseconds / 60_000)
    let readings = (0..<minutes).map { minute in
      let reading = zone.local(at: world.start + .minutes(minute))
      return reading.date.daysSinceEpoch * 1440 + reading.secondOfDay / 60
    }
    self.readings = readings

    func firstMinute(showing reading: Int) -> Int {
      readings.firstIndex { $0 >= reading } ?? minutes
    }
    var windows: [Range<Int>] = []
    var isOpen = [Bool](repeating: false, count: minutes)
    for day in (readings[0] / 1440)...(readings[minutes - 1] / 1440) {
      let weekday = CivilDate(daysSinceEpoch: day).weekday
      for window in settings.weekly where window.days.contains(weekday) {
        let length = window.toMinute - window.fromMinute
        let from = day * 1440 + window.fromMinute
        let to = from + (length > 0 ? length : length + 1440)
        let open = firstMinute(showing: from)..<firstMinute(showing: to)
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

  func refusal(of slot: Interval) -> Refusal? {
    let length = Int(slot.duration.wholeMilliseconds / 60_000)
    let minute = Int((slot.start - start).wholeMilliseconds / 60_000)
    if !settings.durationsMinutes.contains(length) { return .durationNotOffered }
    if slot.start < now + .minutes(settings.minimumNoticeMinutes) { return .noticeTooShort }
    if !visibleDays.contains(readings[minute] / 1440) { return .outsideWindow }
    for minute in minute..<(minute + length) where !isOpen[minute] { return .outsideWindow }
    let isOnGrid = windows.contains {
      $0.contains(minute) && (minute - $0.lowerBound) % settings.slotIntervalMinutes == 0
    }
    if !isOnGrid { return .notOnGrid }
    let kept = slot.widened(before: settings.bufferBefore, after: settings.bufferAfter)
    let isTaken = (busy + claims).contains { !$0.isEmpty && $0.overlaps(kept) }
    return isTaken ? .slotTaken : nil
  }
}
