import Bookings
import Core

let zones = ZoneDatabase()

func at(_ text: String) -> Timestamp {
  guard let instant = Timestamp(rfc3339: text) else { fatalError("no instant: \(text)") }
  return instant
}

func slot(_ start: String, minutes: Int = 30) -> Interval {
  Interval(start: at(start), duration: .minutes(minutes))
}

func between(_ start: String, _ end: String) -> Interval {
  Interval(start: at(start), end: at(end))
}

func window(
  _ fromHour: Double, _ toHour: Double, on days: Set<Weekday> = Set(Weekday.allCases)
) -> WeeklyWindow {
  WeeklyWindow(days: days, fromMinute: Int(fromHour * 60), toMinute: Int(toHour * 60))
}

extension LinkSettings {
  /// 30 minutes on a grid of 30, all day every day, visible for a year.
  static func plain(
    zone: String = "UTC", weekly: [WeeklyWindow] = [window(0, 24)],
    visibility: Visibility = .rollingDays(366), durations: [Int] = [30], step: Int = 30,
    notice: Int = 0, bufferBefore: Int = 0, bufferAfter: Int = 0
  ) -> LinkSettings {
    LinkSettings(
      title: "Intro call", durationsMinutes: durations, slotIntervalMinutes: step,
      bufferBeforeMinutes: bufferBefore, bufferAfterMinutes: bufferAfter,
      minimumNoticeMinutes: notice, visibility: visibility, timeZone: zone, weekly: weekly)
  }
}

extension Availability {
  init(
    _ settings: LinkSettings, now: String, busy: [Interval] = [], claims: [Interval] = []
  ) throws {
    self.init(
      settings: settings, zone: try zones.zone(settings.timeZone), now: at(now), busy: busy,
      claims: claims)
  }

  /// The starts of the slots of a date of the zone, as a clock in UTC shows them.
  func starts(on date: String, in zone: String, minutes: Int = 30) throws -> [String] {
    guard let date = CivilDate(date) else { fatalError("no date: \(date)") }
    let zone = try zones.zone(zone)
    let day = Interval(
      start: zone.startOfDay(date), end: zone.startOfDay(date.adding(days: 1)))
    return slots(in: day, durationMinutes: minutes).map(\.start.rfc3339)
  }
}
