import Bookings
import Core
import Testing

/// Random links in the days around a change of clocks, against the plain implementation.
struct AvailabilityPropertyTests {
  @Test("S20 every listed slot is accepted and no other instant is", arguments: 1...60)
  func listAndPredicateAgree(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let availability = world.availability
    var listed: [Interval] = []
    for minute in 0..<(Int(world.asked.duration.wholeMilliseconds) / 60_000) {
      let slot = Interval(
        start: world.asked.start + .minutes(minute), duration: .minutes(world.minutes))
      let reasons = world.obvious.reasons(against: slot)
      let expected = reasons.first?.refusal
      let refusal = availability.refusal(of: slot)
      let explained = availability.explain(slot)
      #expect(refusal == expected, "\(slot.start.rfc3339) \(world)")
      #expect(explained == reasons, "\(slot.start.rfc3339) \(world)")
      if refusal != expected || explained != reasons { return }
      if expected == nil { listed.append(slot) }
    }
    #expect(
      availability.slots(in: world.asked, durationMinutes: world.minutes) == listed, "\(world)")
    #expect(
      availability.nextAvailable(
        after: world.asked.start, before: world.asked.end, durationMinutes: world.minutes)
        == listed.first, "\(world)")
    let wanted = Interval(start: world.transition, duration: .minutes(world.minutes))
    #expect(
      availability.alternatives(to: wanted, limit: 5, within: world.asked)
        == nearest(5, to: wanted, among: listed), "\(world)")
  }

  /// Where the list is cut does not change what is on it.
  @Test(arguments: 101...120)
  func partsMakeTheWhole(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let whole = world.availability.slots(in: world.asked, durationMinutes: world.minutes)
    let length = world.asked.duration.wholeMilliseconds
    let cut = Timestamp(
      milliseconds: world.asked.start.milliseconds + Int64(world.randomness.unit() * Double(length))
    )
    let parts = [
      Interval(start: world.asked.start, end: cut), Interval(start: cut, end: world.asked.end),
    ]
    #expect(
      parts.flatMap { world.availability.slots(in: $0, durationMinutes: world.minutes) } == whole,
      "\(world)")
  }

  @Test(arguments: 201...230)
  func intervalSetsAnswerAsTheirParts(seed: Int) {
    let randomness = Randomness(seed: UInt64(seed))
    let parts = randomness.intervals(atMost: 12, within: 300)
    let set = IntervalSet(parts)
    for start in 0..<300 {
      for length in [1, 7, 40] {
        let asked = Interval(start: .minute(start), end: .minute(start + length))
        let overlaps = parts.contains { !$0.isEmpty && $0.overlaps(asked) }
        let contains = (start..<(start + length)).allSatisfy { minute in
          parts.contains { $0.contains(Timestamp.minute(minute)) }
        }
        #expect(set.overlaps(asked) == overlaps, "seed \(seed)")
        #expect(set.contains(asked) == contains, "seed \(seed)")
      }
    }
  }

  private func nearest(_ limit: Int, to wanted: Interval, among slots: [Interval]) -> [Interval] {
    func distance(_ slot: Interval) -> Int64 {
      abs(slot.start.milliseconds - wanted.start.milliseconds)
    }
    return Array(slots.filter { $0 != wanted }.sorted { distance($0) < distance($1) }.prefix(limit))
      .sorted { $0.start < $1.start }
  }
}

/// A random link with random busy time, some days long, around a change of clocks.
private struct World: CustomStringConvertible {
  let seed: UInt64
  let randomness: Randomness
  let settings: LinkSettings
  let transition: Timestamp
  /// The part that is asked about; what is known reaches days further.
  let asked: Interval
  let minutes: Int
  let availability: Availability
  let obvious: ObviousAvailability

  /// Days of 23, 24 and 25 hours, gaps and folds at midnight and around it, offsets of 30 and 45 minutes,
  /// changes by half an hour, by two hours and by a whole day.
  static let zoneNames = [
    "America/St_Johns", "America/Havana", "Asia/Beirut", "Asia/Amman", "America/Asuncion",
    "Atlantic/Azores", "Pacific/Apia", "Pacific/Fakaofo", "Asia/Pyongyang", "Asia/Tehran",
    "Australia/Eucla", "Asia/Kolkata", "Pacific/Norfolk", "Europe/Istanbul", "Europe/Volgograd",
    "America/Caracas", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
    "Pacific/Chatham", "Africa/Cairo",
    "America/Santiago", "Europe/Dublin", "Asia/Gaza", "America/Nuuk", "Africa/Casablanca",
    "Asia/Kathmandu", "Antarctica/Troll",
  ]

  init(seed: UInt64) throws {
    let randomness = Randomness(seed: seed)
    self.seed = seed
    self.randomness = randomness
    // Every second time any zone that there is.
    let names = randomness.below(2) == 0 ? World.zoneNames : zones.names
    let zone = try zones.zone(randomness.pick(names))
    // From 2010 to 2040.
    let moment = Timestamp(seconds: 1_262_304_000 + Int64(randomness.below(946_000_000)))
    let transition = zone.nextTransition(after: moment)?.at ?? moment
    // On a whole minute, so that the plain implementation can count minutes.
    self.transition = .minute(Int(transition.seconds / 60))
    let world = Interval(
      start: self.transition - .days(3), end: self.transition + .days(4))
    asked = Interval(start: self.transition - .hours(14), end: self.transition + .hours(14))

    let now = self.transition - .minutes(randomness.below(2400))
    let settings = World.settings(randomness, zone: zone, now: now)
    self.settings = settings
    minutes = randomness.pick(settings.durationsMinutes)
    let busy = randomness.intervals(atMost: 8, within: 3 * 1440, from: asked.start)
    let claims = randomness.intervals(atMost: 4, within: 3 * 1440, from: asked.start)
    let booked = (0..<randomness.below(8)).map { _ in
      BookedStart(
        booking: BookingID("bkg_\(randomness.below(5))"),
        start: world.start + .minutes(randomness.below(7 * 1440)))
    }
    availability = Availability(
      settings: settings, zone: zone, now: now, busy: busy, claims: claims, booked: booked)
    obvious = ObviousAvailability(
      settings: settings, zone: zone, now: now, busy: busy, claims: claims, booked: booked,
      world: world)
  }

  private static func settings(_ randomness: Randomness, zone: Zone, now: Timestamp) -> LinkSettings
  {
    let today = zone.local(at: now).date
    let visibility =
      randomness.below(2) == 0
      ? Visibility.rollingDays(1 + randomness.below(4))
      : .dates(
        from: today.adding(days: randomness.below(3) - 1),
        to: today.adding(days: 1 + randomness.below(2)))
    let weekly = (0...randomness.below(4)).map { _ in
      let grain = randomness.pick([1, 5, 30, 60])
      return WeeklyWindow(
        days: Set(Weekday.allCases.filter { _ in randomness.below(3) > 0 } + [.sun]),
        fromMinute: randomness.below(1440 / grain) * grain,
        toMinute: randomness.below(1440 / grain + 1) * grain)
    }
    var settings = LinkSettings.plain(
      zone: zone.name, weekly: weekly, visibility: visibility,
      durations: [5, 30, 45, 60, 240].shuffled(by: randomness, keeping: 3),
      step: randomness.pick([5, 7, 15, 30, 45, 60, 90, 1440]),
      notice: randomness.pick([0, 0, 30, 600]), bufferBefore: randomness.pick([0, 0, 5, 60]),
      bufferAfter: randomness.pick([0, 0, 10, 90]))
    settings.overrides = (-1...2).filter { _ in randomness.below(4) == 0 }.map { offset in
      DateOverride(
        date: today.adding(days: offset),
        windows: (0..<randomness.below(3)).map { _ in
          DayWindow(
            fromMinute: randomness.below(48) * 30, toMinute: randomness.below(49) * 30)
        })
    }
    settings.maximumPerDay = randomness.pick([nil, nil, 1, 2])
    settings.maximumPerWeek = randomness.pick([nil, nil, 2, 4])
    return settings
  }

  var description: String { "seed \(seed) \(settings)" }
}

extension Timestamp {
  fileprivate static func minute(_ minute: Int) -> Timestamp {
    Timestamp(seconds: Int64(minute) * 60)
  }
}

extension Randomness {
  fileprivate func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  fileprivate func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// Some are empty, and some lie in others or touch them.
  fileprivate func intervals(
    atMost count: Int, within minutes: Int, from start: Timestamp = .minute(0)
  ) -> [Interval] {
    (0..<below(count + 1)).map { _ in
      Interval(start: start + .minutes(below(minutes)), duration: .minutes(below(12) * below(30)))
    }
  }
}

extension [Int] {
  fileprivate func shuffled(by randomness: Randomness, keeping count: Int) -> [Int] {
    var rest = self
    return (0..<count).map { _ in rest.remove(at: randomness.below(rest.count)) }
  }
}
