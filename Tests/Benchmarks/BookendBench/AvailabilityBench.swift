import Bookings
import Core
import Foundation

// The slot engine as the booking page asks it: 62 days around the clock on a grid of 15 minutes, 2 000 busy
// intervals of the calendars and 500 claims. CPU time of this thread, so that whatever else runs on the
// machine does not count.

func measureSlots(seconds: Double) throws {
  let world = try AvailabilityWorld()
  var slots = 0
  report("slots", cpuTime(for: seconds) { slots = world.slots(days: 62) }, slots)
}

func measureMonth(seconds: Double) throws {
  let world = try AvailabilityWorld()
  var slots = 0
  report("month", cpuTime(for: seconds) { slots = world.monthOfLinks(50) }, slots)
}

private func report(_ measure: String, _ time: (median: Double, late: Double), _ slots: Int) {
  report(
    measure,
    ["p50Microseconds": time.median, "p99Microseconds": time.late, "slots": Double(slots)])
}

private struct AvailabilityWorld {
  private let zone: Zone
  private let now: Timestamp
  private let busy: [Interval]
  private let claims: [Interval]
  private let booked: [BookedStart]
  private let settings: LinkSettings

  init() throws {
    let randomness = Randomness(seed: 62)
    func below(_ limit: Int) -> Int { Int(randomness.next() % UInt64(limit)) }
    zone = try ZoneDatabase().zone("America/New_York")
    // The weeks around a change of clocks.
    let now = Timestamp(milliseconds: 1_771_200_000_000)
    self.now = now
    busy = (0..<2000).map { _ in
      Interval(
        start: now + .minutes(5 * below(62 * 288)), duration: .minutes([5, 10, 15, 30][below(4)]))
    }
    claims = (0..<500).map { _ in
      Interval(start: now + .minutes(5 * below(62 * 288)), duration: .minutes(30))
    }
    booked = claims.enumerated().map { number, claim in
      BookedStart(booking: BookingID("bkg_\(number)"), start: claim.start)
    }
    var settings = LinkSettings(
      title: "Bench", slotIntervalMinutes: 15, bufferBeforeMinutes: 5, bufferAfterMinutes: 5,
      minimumNoticeMinutes: 60, visibility: .rollingDays(62), timeZone: zone.name,
      weekly: [WeeklyWindow(days: Set(Weekday.allCases), fromMinute: 0, toMinute: 1440)])
    settings.maximumPerDay = 12
    settings.maximumPerWeek = 80
    let today = zone.local(at: now).date
    settings.overrides = (0..<20).map {
      DateOverride(
        date: today.adding(days: 3 * $0),
        windows: [DayWindow(fromMinute: 0, toMinute: 1440)])
    }
    self.settings = settings
  }

  /// Everything that a page does but for reading calendars: sorting what is taken is a part of it.
  func slots(days: Int) -> Int {
    let availability = Availability(
      settings: settings, zone: zone, now: now, busy: busy, claims: claims, booked: booked)
    let range = Interval(start: now, duration: .days(days))
    return availability.slots(in: range, durationMinutes: 30).count
  }

  /// The links differ in their grids; what is taken is the same for all.
  func monthOfLinks(_ count: Int) -> Int {
    let taken = TakenTime(busy: busy, claims: claims)
    let range = Interval(start: now, duration: .days(31))
    return (0..<count).reduce(0) { sum, number in
      var settings = settings
      settings.slotIntervalMinutes = [15, 20, 30, 60][number % 4]
      let availability = Availability(
        settings: settings, zone: zone, now: now, taken: taken, booked: booked)
      return sum + availability.slots(in: range, durationMinutes: 30).count
    }
  }
}

private func cpuTime(for seconds: Double, _ body: () -> Void) -> (median: Double, late: Double) {
  var samples: [Double] = []
  let end = nanoseconds() + UInt64(seconds * 1e9)
  while nanoseconds() < end || samples.count < 20 {
    let start = threadNanoseconds()
    body()
    samples.append(Double(threadNanoseconds() - start) / 1000)
  }
  samples.sort()
  return (samples[samples.count / 2], samples[samples.count * 99 / 100])
}
